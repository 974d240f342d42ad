"""What the items of a file of postings have in one attribute, so that conditions need no SQL."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core.shapes import Bool, Int32, Int64, Shaped
from trovato.index.store.filters import BUILT_IN, Condition, Operator
from trovato.index.store.schema import folded
from trovato.index.store.words.item_columns import ItemColumns
from trovato.ops import sorted_places

# Different texts of an attribute; with more of them in one file a column would be as large as the
# texts, and SQL is asked.
MOST_TEXTS = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class AttributeColumn:
    """The values of some items in one attribute, each different value once.

    Parameters
    ----------
    numbers, texts
        Those that there are, rising.
    codes
        Of each item: the place of its value among the numbers and then the texts; −1 for none.
    """

    numbers: Shaped[np.ndarray, " numbers"]
    texts: Sequence[str]
    codes: Int32[np.ndarray, " items"]

    def meeting(self, condition: Condition) -> Bool[np.ndarray, " items"]:
        """Which items meet a condition on this attribute, as `select_items` says it."""
        if condition.operator not in ("!=", ":"):
            return self._compared(condition.operator, condition)
        found = self._compared("=", condition)
        if condition.operator == ":":
            found |= self._holding(condition)
        else:
            found = ~found
            if condition.key == "page":  # an item with no page is on no other page either
                found &= self.codes >= 0
        return found

    def _compared(self, operator: Operator, condition: Condition) -> Bool[np.ndarray, " items"]:
        """Numbers against a number, texts against a text."""
        first, last = _span(self.texts, operator, condition.value)
        found = self._coded(len(self.numbers) + first, len(self.numbers) + last)
        if condition.number is not None:
            found |= self._coded(*_span(self.numbers, operator, condition.number))
        return found

    def _coded(self, first: int, last: int) -> Bool[np.ndarray, " items"]:
        found: Bool[np.ndarray, " items"] = (self.codes >= first) & (self.codes < last)
        return found

    def _holding(self, condition: Condition) -> Bool[np.ndarray, " items"]:
        """Which items have a text that holds the condition's; not for `kind`, which is a name."""
        if condition.key in BUILT_IN:
            return np.zeros(len(self.codes), bool)
        wanted = folded(condition.value)
        held = np.array([wanted in folded(text) for text in self.texts], bool)
        # Numbers hold nothing; −1 is the last of these.
        known = np.concatenate([np.zeros(len(self.numbers), bool), held, np.zeros(1, bool)])
        found: Bool[np.ndarray, " items"] = known[self.codes]
        return found


def read_column(
    connection: sqlite3.Connection, columns: ItemColumns, key: str
) -> AttributeColumn | None:
    """What the items of a file of postings have in an attribute; None for too many texts."""
    if not len(columns):
        return AttributeColumn(np.zeros(0), (), np.zeros(0, np.int32))
    first, last = int(columns.items[0]), int(columns.items[-1])
    if key in BUILT_IN:
        own = connection.execute(
            f"SELECT items.item, {BUILT_IN[key]} FROM items JOIN files USING (file) "  # noqa: S608
            "WHERE items.item BETWEEN ? AND ?",
            [first, last],
        ).fetchall()
        inherited = []
    else:
        # By their keys, so that a small file of postings costs little in a large collection.
        own = connection.execute(
            "SELECT item, value FROM page_attributes NOT INDEXED "
            "WHERE item BETWEEN ? AND ? AND key = ? ORDER BY item",
            [first, last, key],
        ).fetchall()
        inherited = connection.execute(
            "SELECT file, value FROM file_attributes NOT INDEXED "
            "WHERE file BETWEEN ? AND ? AND key = ? ORDER BY file",
            [int(columns.files.min()), int(columns.files.max()), key],
        ).fetchall()
    values = [value for _, value in [*inherited, *own]]
    texts = sorted({value for value in values if isinstance(value, str)})
    if len(texts) > MOST_TEXTS:
        return None
    numbers = _distinct([value for value in values if isinstance(value, (int, float))])
    places: dict[Any, int] = {number: place for place, number in enumerate(numbers.tolist())}
    places |= {text: len(numbers) + place for place, text in enumerate(texts)}
    coded = np.array([places.get(value, -1) for value in values], np.int32)
    codes = np.full(len(columns), -1, np.int32)
    _put(codes, columns.files, inherited, coded[: len(inherited)])
    _put(codes, columns.items, own, coded[len(inherited) :])
    return AttributeColumn(numbers, texts, codes)


def _put(
    codes: Int32[np.ndarray, " items"],
    owners: Int64[np.ndarray, " items"],
    told: Sequence[tuple[int, Any]],
    values: Int32[np.ndarray, " told"],
) -> None:
    """Give each item the value that was told of its owner, where one was."""
    places = sorted_places(np.array([owner for owner, _ in told], np.int64), owners)
    known = np.flatnonzero(places >= 0)
    codes[known] = values[places[known]]


def _distinct(numbers: Sequence[int | float]) -> Shaped[np.ndarray, " distinct"]:
    """Different numbers, rising, none of them rounded."""
    kind: Any = object
    if all(isinstance(number, int) for number in numbers):
        kind = np.int64
    elif all(float(number) == number for number in numbers):
        kind = np.float64
    return np.array(sorted(set(numbers)), kind)


def _span(values: Any, operator: Operator, wanted: Any) -> tuple[int, int]:
    """From which place of rising values up to which they compare so."""
    first = bisect_left(values, wanted, key=_plain)
    last = bisect_right(values, wanted, key=_plain)
    spans: dict[str, tuple[int, int]] = {
        "=": (first, last),
        "<": (0, first),
        "<=": (0, last),
        ">": (last, len(values)),
        ">=": (first, len(values)),
    }
    return spans[operator]


def _plain(value: Any) -> Any:
    """As Python compares it: a whole number with a fraction, without rounding."""
    return value.item() if isinstance(value, np.generic) else value
