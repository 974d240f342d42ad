"""Conditions on pages: `path:reports/* year>=2020 title:"annual report"`."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Literal, get_args

from trovato.core import Attribute, InvalidInputError
from trovato.index.store.ids import children_of, items_below
from trovato.index.store.validation import check_text

Operator = Literal[":", "=", "!=", "<", "<=", ">", ">="]

_KEY = re.compile(r"[^\W\d][\w.-]*")
_OPERATOR = re.compile(r"!=|<=|>=|[:=<>]")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r'[^\s":=!<>][^\s"]*')
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# What every page has, beside the attributes of its own.
BUILT_IN = {
    "path": "files.name",
    "kind": "coalesce(items.kind, files.kind)",
    "page": "CASE WHEN items.location IS NULL THEN max(items.page, 1) "
    "ELSE json_extract(items.location, '$[1]') END",
    "parent": "items.item",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `key operator value`, and where it starts in the text.

    Parameters
    ----------
    key
        `path`, `kind`, `page`, `parent` or the name of an attribute.
    operator
        `:` looks inside (a pattern with `*` for `path`, any depth below `parent`, part of a text,
        otherwise as `=`).
    value
        As written, without quotes.
    position
        Of its first character.
    """

    key: str
    operator: Operator
    value: str
    position: int

    @property
    def number(self) -> int | float | None:
        """The value as a number, if it reads as one."""
        if not _NUMBER.fullmatch(self.value):
            return None
        try:
            whole = int(self.value)
        except ValueError:
            return float(self.value)
        return whole if abs(whole) < 2**63 else float(self.value)


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold, and the text they were read from."""

    text: str
    conditions: tuple[Condition, ...]


def parse_filter(text: str) -> Filter:
    r"""Read conditions that are separated by spaces.

    Each is a key, one of `: = != < <= > >=`, and a value; a value with spaces stands in double
    quotes, and there `\"` is a quote.

    Raises
    ------
    InvalidInputError
        If the text cannot be read; the message points at the place.

    Examples
    --------
    >>> len(parse_filter("year>=1990 kind=pdf").conditions)
    2
    """
    check_text("the condition", text)
    conditions: list[Condition] = []
    position = _after_space(text, 0)
    while position < len(text):
        start = position
        key = _KEY.match(text, position)
        if key is None:
            raise _error(text, position, "expected the name of an attribute")
        operator = _OPERATOR.match(text, key.end())
        if operator is None:
            raise _error(text, key.end(), "expected one of : = != < <= > >=")
        quoted = _QUOTED.match(text, operator.end())
        value = quoted or _BARE.match(text, operator.end())
        if value is None:
            unclosed = text.startswith('"', operator.end())
            problem = 'this quote is not closed: add a "' if unclosed else "expected a value"
            raise _error(text, operator.end(), problem)
        content = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL) if quoted else value[0]
        conditions.append(Condition(key[0], _operator(operator[0]), content, start))
        position = _after_space(text, value.end())
        if position == value.end() < len(text):
            raise _error(text, position, "expected a space between two conditions")
    return Filter(text, tuple(conditions))


def select_items(connection: sqlite3.Connection, text: str) -> tuple[str, list[Attribute]] | None:
    """A query for the published items that meet the conditions in `text`; None for all.

    Returns
    -------
    SQL with placeholders only, and the values for them.

    Raises
    ------
    InvalidInputError
        If the text cannot be read, an attribute is known of no page, or its operator does not fit.
    """
    filter = parse_filter(text)
    if not filter.conditions:
        return None
    clauses, parameters = [], []
    for condition in filter.conditions:
        if condition.key in BUILT_IN:
            clause, values = _built_in(filter, condition)
        else:
            _check_known(connection, filter, condition)
            clause, values = _attribute(condition)
        clauses.append(clause)
        parameters += values
    return (
        "SELECT items.item FROM items JOIN files USING (file) WHERE files.live AND "  # noqa: S608
        + " AND ".join(clauses),
        parameters,
    )


def select_files(filter: Filter, condition: Condition) -> tuple[str, list[Attribute]]:
    """A query for the published files whose name meets a condition on `path`, as above."""
    clause, values = _built_in(filter, condition)
    return f"SELECT file FROM files WHERE live AND {clause}", values  # noqa: S608


def _built_in(filter: Filter, condition: Condition) -> tuple[str, list[Attribute]]:
    column, operator = BUILT_IN[condition.key], str(condition.operator)
    if condition.key == "parent":
        return _parent(filter, condition, column)
    if operator == ":" and condition.key == "path":
        return f"folded({column}) GLOB folded(?)", [condition.value]
    if operator == ":":
        operator = "="
    if condition.key != "page":
        return f"{column} {operator} ?", [condition.value]
    if condition.number is None:
        raise _error(filter.text, condition.position, "page needs a number")
    return f"{column} {operator} ?", [condition.number]


def _parent(filter: Filter, condition: Condition, column: str) -> tuple[str, list[Attribute]]:
    """Items below one: at any depth with `:`, its own parts with `=`."""
    queries = {":": items_below, "=": children_of, "!=": children_of}
    if condition.operator not in queries:
        raise _error(filter.text, condition.position, "parent takes one of : = !=")
    query, values = queries[condition.operator](condition.value)
    negated = "NOT " * (condition.operator == "!=")
    return f"{column} {negated}IN ({query})", [*values]


def _attribute(condition: Condition) -> tuple[str, list[Attribute]]:
    """Pages whose attribute, or where they have none their file's, meets the condition.

    Numbers compare with numbers and texts with texts, whatever was written.
    """
    negated = condition.operator == "!="
    operator = "=" if condition.operator in (":", "!=") else condition.operator
    number = condition.number
    test, values = f"typeof(value) = 'text' AND value {operator} ?", [condition.value]
    if condition.operator == ":":
        test = "typeof(value) = 'text' AND instr(folded(value), folded(?))"
    bound: list[Attribute] = [*values]
    if number is not None:
        test = f"({test}) OR (typeof(value) <> 'text' AND value {operator} ?)"
        bound.append(number)
    key = condition.key
    clause = (
        "(items.item IN (SELECT item FROM page_attributes "  # noqa: S608
        f"WHERE key = ? AND ({test})) OR (items.file IN (SELECT file FROM file_attributes "
        f"WHERE key = ? AND ({test})) AND items.item NOT IN "
        "(SELECT item FROM page_attributes WHERE key = ?)))"
    )
    return f"{'NOT ' * negated}{clause}", [key, *bound, key, *bound, key]


def _check_known(connection: sqlite3.Connection, filter: Filter, condition: Condition) -> None:
    held = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM file_attributes WHERE key = ?1) "
        "OR EXISTS (SELECT 1 FROM page_attributes WHERE key = ?1)",
        [condition.key],
    ).fetchone()[0]
    if not held:
        keys = connection.execute(
            "SELECT key FROM file_attributes UNION SELECT key FROM page_attributes ORDER BY key"
        )
        known = ", ".join(sorted({*BUILT_IN, *(key for (key,) in keys)}))
        raise _error(
            filter.text,
            condition.position,
            f"no page has an attribute {condition.key!r}; known are {known}",
        )


def _operator(text: str) -> Operator:
    operators: tuple[Operator, ...] = get_args(Operator)
    return next(operator for operator in operators if operator == text)


def _after_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _error(text: str, position: int, problem: str) -> InvalidInputError:
    return InvalidInputError(
        f"the condition cannot be read: {problem}\n  {text}\n  {' ' * position}^"
    )
