"""Which items meet conditions, by columns that are kept while nothing changes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

from trovato.core.shapes import Bool, Int64, UInt8
from trovato.index.store.filter_columns import AttributeColumn, read_column
from trovato.index.store.filters import Condition, Filter, parse_filter, select_files, select_items
from trovato.index.store.words.word_search import LiveWords

_MOST_PATHS = 256  # masks of conditions on paths that are kept


class FilterCache:
    """Columns of the attributes that conditions named; shared by a process's readers.

    Files of postings never change, and an item that does is written into a new one; so a column
    holds for its file of postings as long as that is there. The first question with a condition on
    an attribute is answered by SQL, since it may be the only one.
    """

    def __init__(self) -> None:
        self._asked: set[str] = set()
        # By file of postings: how many of its items were gone when it was read, since what those
        # had is not known; with None for what has no column.
        self._columns: dict[tuple[int, str], tuple[int, AttributeColumn | None]] = {}
        self._paths: dict[tuple[int, str, str], tuple[int, UInt8[np.ndarray, " bytes"]]] = {}

    def rows(
        self, connection: sqlite3.Connection, live: Sequence[LiveWords], text: str
    ) -> Int64[np.ndarray, " chosen"] | None:
        """Rising rows of the published items that meet the conditions in `text`; None for all.

        Parameters
        ----------
        connection, live
            A state of the collection, and its files of postings; none in older formats.
        text
            See `parse_filter`.

        Raises
        ------
        InvalidInputError
            As `select_items`.
        """
        selection = select_items(connection, text)
        if selection is None:
            return None
        filter, chosen = parse_filter(text), [np.zeros(0, np.int64)]
        by_columns = bool(live) and self._known(filter)
        for held in live if by_columns else ():
            mask = self._meeting(connection, held, filter)
            if mask is None:
                by_columns = False
                break
            chosen.append(held.segment.columns.items[mask])
        self._forget({held.record.number for held in live})
        if by_columns:
            return np.sort(np.concatenate(chosen))
        found = connection.execute(*selection).fetchall()
        return np.sort(np.array([item for (item,) in found], np.int64))

    def clear(self) -> None:
        """Let go of all columns."""
        self._columns, self._paths = {}, {}

    def _known(self, filter: Filter) -> bool:
        """Whether columns can answer, and were asked before."""
        keys = {condition.key for condition in filter.conditions} - {"path"}
        known = keys <= self._asked
        self._asked |= keys
        return known and "parent" not in keys  # what is below an item depends on others

    def _forget(self, there: set[int]) -> None:
        """Let go of what is known of files of postings that are not there any more."""
        if any(number not in there for number, _ in self._columns.copy()):
            # Replaced as a whole: other threads may look at the ones before.
            columns, paths = self._columns.copy(), self._paths.copy()
            self._columns = {place: held for place, held in columns.items() if place[0] in there}
            self._paths = {place: held for place, held in paths.items() if place[0] in there}

    def _meeting(
        self, connection: sqlite3.Connection, held: LiveWords, filter: Filter
    ) -> Bool[np.ndarray, " documents"] | None:
        """Which items of a file of postings meet all conditions; None where columns do not say."""
        mask = np.ones(len(held.segment.columns), bool) if held.alive is None else held.alive.copy()
        for condition in filter.conditions:
            if condition.key == "path":
                mask &= self._on_path(connection, held, filter, condition)
                continue
            column = self._column(connection, held, condition.key)
            if column is None:
                return None
            mask &= column.meeting(condition)
        return mask

    def _column(
        self, connection: sqlite3.Connection, held: LiveWords, key: str
    ) -> AttributeColumn | None:
        place, dead = (held.record.number, key), held.record.dead
        known = self._columns.get(place)
        if known is None or known[0] > dead:
            known = dead, read_column(connection, held.segment.columns, key)
            self._columns[place] = known
        return known[1]

    def _on_path(
        self,
        connection: sqlite3.Connection,
        held: LiveWords,
        filter: Filter,
        condition: Condition,
    ) -> Bool[np.ndarray, " documents"]:
        place = (held.record.number, condition.operator, condition.value)
        dead = held.record.dead
        known, files = self._paths.get(place), held.segment.columns.files
        if known is None or known[0] > dead:
            query, values = select_files(filter, condition)
            among = [int(files.min()), int(files.max())]
            found = connection.execute(query + " AND file BETWEEN ? AND ?", [*values, *among])
            mask = np.isin(files, np.array([file for (file,) in found.fetchall()], np.int64))
            if len(self._paths) >= _MOST_PATHS:
                self._paths = {}
            known = dead, np.packbits(mask)
            self._paths[place] = known
        return np.unpackbits(known[1], count=len(files)).view(bool)
