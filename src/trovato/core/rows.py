"""Rows of a few named fields, out of a data frame or of any records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trovato.core.arguments import check_many
from trovato.core.errors import InvalidInputError


def field_rows(
    source: Any, fields: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[Any, ...]]:
    """The named fields of each row, in order.

    Parameters
    ----------
    source
        A data frame, known by its `columns`, of pandas, polars or any library that gives a column
        by `frame[name]`; or any number of records: named tuples, objects with these attributes,
        mappings with these keys, or plain tuples of just these fields in their order.
    fields
        Their names.
    optional
        Names of fields that all rows have or none; where they have none, rows are shorter.

    Raises
    ------
    InvalidInputError
        If it is neither, or a field is missing; the message counts rows from 1.
    """
    check_many("fields", fields)
    check_many("optional", optional)
    wanted = ", ".join([*fields, *(f"[{name}]" for name in optional)])
    if hasattr(source, "columns"):
        return _frame_rows(source, fields, optional, wanted)
    if isinstance(source, (str, bytes, Mapping)) or not isinstance(source, Iterable):
        raise InvalidInputError(
            f"wanted a data frame or records with the fields {wanted}, got {type(source).__name__}"
        )
    return _record_rows(source, fields, optional, wanted)


def _frame_rows(
    frame: Any, fields: Sequence[str], optional: Sequence[str], wanted: str
) -> Iterator[tuple[Any, ...]]:
    there = [str(name) for name in frame.columns]
    missing = [name for name in fields if name not in there]
    if missing:
        raise InvalidInputError(
            f"a data frame must have the columns {wanted}; it lacks {', '.join(missing)} and has "
            f"{', '.join(there)}: rename its columns"
        )
    names = [*fields, *(name for name in optional if name in there)]
    return zip(*(frame[name] for name in names), strict=True)


def _record_rows(
    records: Iterable[Any], fields: Sequence[str], optional: Sequence[str], wanted: str
) -> Iterator[tuple[Any, ...]]:
    width = None
    for number, record in enumerate(records, start=1):
        row = _fields_of(record, fields, optional)
        if row is None:
            raise InvalidInputError(f"row {number}: wanted the fields {wanted}, got {record!r}")
        width = width or len(row)
        if len(row) != width:
            raise InvalidInputError(
                f"row {number}: wanted {width} fields as in row 1, got {record!r}; all rows have "
                f"{', '.join(optional)}, or none"
            )
        yield row


def _fields_of(
    record: Any, fields: Sequence[str], optional: Sequence[str]
) -> tuple[Any, ...] | None:
    if isinstance(record, Mapping):
        values = {name: record[name] for name in (*fields, *optional) if name in record}
    elif isinstance(record, (tuple, list)) and not hasattr(record, "_fields"):
        whole = len(fields) <= len(record) <= len(fields) + len(optional)
        return tuple(record) if whole else None
    else:
        values = {
            name: getattr(record, name) for name in (*fields, *optional) if hasattr(record, name)
        }
    return tuple(values.values()) if all(name in values for name in fields) else None
