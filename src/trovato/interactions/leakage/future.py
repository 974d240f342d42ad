"""Columns that count rows of weeks which were still to come."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, PathLike, fields
from trovato.core.shapes import Bool, Int64, Num
from trovato.interactions.counts.counts import known_ids, weekly_counts
from trovato.interactions.leakage.input_table import read_input_table
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import VALIDATION_WEEK
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.validation.violations import Violation

_WEEK = "week"
# Distinct counts below which an order may be there by chance.
_LEAST = 8


def find_future(
    log: InteractionLog, path: PathLike, validation_week: int = VALIDATION_WEEK
) -> list[Violation]:
    """Look for columns of a table of features that are counts, or ranks, of weeks to come.

    A column is one if equal values always stand for equal numbers of rows of the log up to some
    week that was to come, and rising values for rising (or falling) numbers, and if this is not so
    of the weeks before. So copies, ranks, shares and logarithms of counts are found; not what adds
    something else to them.

    Memory: the table, and 8 bytes for each id.

    Parameters
    ----------
    log
        All weeks, also those to test on.
    path
        A Parquet table with `user_id` or `item_id`, and perhaps `week`: then each row may know the
        weeks before its own, otherwise those before `validation_week`.
    validation_week
        The first week that is not learned from.

    Raises
    ------
    InvalidInputError
        If the table says neither user nor item, or one that the log does not have.
    UnreadableFileError
        If a file is damaged.
    """
    path = Path(path)
    pa = schema.arrow()
    table = read_input_table(path)
    named = [name for name in (fields.USER, fields.ITEM) if name in table.column_names]
    if len(named) != 1:
        raise InvalidInputError(
            f"{path} must say whose features they are by one of {fields.USER} and {fields.ITEM}, "
            f"got the columns {', '.join(table.column_names)}"
        )
    ids = table[named[0]].to_numpy()
    weeks = np.full(len(ids), validation_week)
    if _WEEK in table.column_names:
        weeks = table[_WEEK].to_numpy()
    suspects = [
        _Suspect.of(name, int(week), table[name].to_numpy(), np.flatnonzero(weeks == week))
        for name in table.column_names
        if name not in (*named, _WEEK)
        and (pa.types.is_integer(table[name].type) or pa.types.is_floating(table[name].type))
        for week in np.unique(weeks)
    ]
    found: dict[tuple[str, int], Violation] = {}
    settled = set[tuple[str, int]]()
    known = known_ids(log, named[0]).ids
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    if (known[places] != ids).any():
        strange = ids[known[places] != ids][0]
        raise InvalidInputError(f"{path} has the {named[0]} {strange}, which the log has not")
    rows = np.zeros(len(known), np.int64)
    for number, counts in weekly_counts(log, named[0]):
        rows += counts.rows
        for one in suspects:
            key = one.name, one.week
            if key in settled or number < one.week - 1 or not one.follows(rows[places[one.rows]]):
                continue
            settled.add(key)
            if number >= one.week:
                found[key] = Violation(
                    path,
                    int(one.rows[0]),
                    f"column {one.name!r} follows the rows up to week {number}, but may know only "
                    f"weeks before {one.week}",
                )
    return list(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class _Suspect:
    """A column in the rows of one week, by rising value."""

    name: str
    week: int
    rows: Int64[np.ndarray, " rows"]
    same: Bool[np.ndarray, " pairs"]

    @staticmethod
    def of(
        name: str,
        week: int,
        values: Num[np.ndarray, " all"],
        rows: Int64[np.ndarray, " rows"],
    ) -> _Suspect:
        order = rows[np.argsort(values[rows], kind="stable")]
        return _Suspect(name, week, order, values[order[1:]] == values[order[:-1]])

    def follows(self, counts: Int64[np.ndarray, " rows"]) -> bool:
        """Whether the column says the order of these counts, which are in its own order."""
        steps = np.diff(counts)
        if len(np.unique(counts)) < _LEAST or steps[self.same].any():
            return False
        return bool((steps >= 0).all() or (steps <= 0).all())
