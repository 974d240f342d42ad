"""Counts of a log that grows by a week at a time: what they were, and what a week adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trovato.core import fields
from trovato.core.shapes import Int64, UInt32
from trovato.interactions.counts.counts import Counts
from trovato.interactions.relevance import POSITIVES
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import SeenIds, SortedIdSet

ROWS, TIMED, SECONDS = "rows", "timed", "seconds"
# What is counted of each item and of each user. Rules that are a signal have its name.
OF_ITEMS = (ROWS, TIMED, SECONDS, *dict.fromkeys((*fields.SIGNALS, *POSITIVES)))
OF_USERS = (ROWS,)
COUNTED = {fields.ITEM: OF_ITEMS, fields.USER: OF_USERS}

_READ = (fields.USER, fields.ITEM, fields.TIMESPENT, *fields.SIGNALS)


@dataclass(frozen=True, slots=True, eq=False)
class IdCounts:
    """Whole numbers for each id that has rows.

    Parameters
    ----------
    ids
        Rising.
    counts
        `(ids,)` for each name.
    """

    ids: UInt32[np.ndarray, " ids"]
    counts: Mapping[str, Int64[np.ndarray, " ids"]]

    def grown(self, ids: UInt32[np.ndarray, " more"]) -> IdCounts:
        """A copy in which these ids are there, too, with counts of 0."""
        union = np.union1d(self.ids, ids)
        places = np.searchsorted(union, self.ids)
        counts = {name: np.zeros(len(union), np.int64) for name in self.counts}
        for name, values in self.counts.items():
            counts[name][places] = values
        return IdCounts(union, counts)


@dataclass(frozen=True, slots=True, eq=False)
class RunningCounts:
    """What was counted in the weeks of a log so far.

    Parameters
    ----------
    weeks
        SHA-256 of the file of each week, by its number; they follow each other.
    only
        Which users and items were seen, as `seen_rows` writes it.
    items
        Of each item: `rows`; `timed`, rows whose watch time is known, and their `seconds`; rows
        with each signal; and rows that are positive by each rule of `POSITIVES`.
    users
        Of each user: `rows`.
    """

    weeks: Mapping[int, str]
    only: str
    items: IdCounts
    users: IdCounts

    @staticmethod
    def none(only: str) -> RunningCounts:
        """Before the first week."""
        empty = {
            id_name: IdCounts(
                np.zeros(0, np.uint32), {name: np.zeros(0, np.int64) for name in names}
            )
            for id_name, names in COUNTED.items()
        }
        return RunningCounts({}, only, empty[fields.ITEM], empty[fields.USER])

    @property
    def rows(self) -> int:
        """Rows of all weeks."""
        return int(self.users.counts[ROWS].sum())

    def of_items(self, name: str = ROWS) -> Counts:
        """One of the counts of items, to rank by: `of_items("like").top(10)`."""
        return Counts(self.items.ids, self.items.counts[name])

    def of_users(self) -> Counts:
        """Rows of each user."""
        return Counts(self.users.ids, self.users.counts[ROWS])

    def plus(self, week: InteractionLog, checksum: str) -> RunningCounts:
        """These counts and those of the next week; sums of whole numbers, so nothing is rounded.

        Memory: the counts twice, and 8 bytes for each 32 possible ids up to the largest.

        Raises
        ------
        UnreadableFileError
            If the file of the week is damaged.
        """
        seen = SeenIds(), SeenIds()
        for batch in week.batches((fields.ITEM, fields.USER)):
            for ids, column in zip(seen, batch, strict=True):
                ids.add(column.to_numpy())
        items, users = self.items.grown(seen[0].ids()), self.users.grown(seen[1].ids())
        of_item, of_user = SortedIdSet(items.ids), SortedIdSet(users.ids)
        for batch in week.batches(_READ):
            # What is not known of a row is counted nowhere but in `rows`.
            timed = batch[fields.TIMESPENT].is_valid().to_numpy(zero_copy_only=False)
            read = {
                name: batch[name]
                .fill_null(0 if name == fields.TIMESPENT else False)
                .to_numpy(zero_copy_only=False)
                for name in (fields.TIMESPENT, *fields.SIGNALS)
            }
            shown = batch[fields.ITEM].to_numpy()
            of_user.count(batch[fields.USER].to_numpy(), users.counts[ROWS])
            of_item.count(shown, items.counts[ROWS])
            seconds = read[fields.TIMESPENT].astype(np.int64)
            np.add.at(items.counts[SECONDS], of_item.places(shown), seconds)
            masks = {TIMED: timed, **{name: rule(read) for name, rule in POSITIVES.items()}}
            masks |= {name: read[name] for name in fields.SIGNALS}
            for name, mask in masks.items():
                of_item.count(shown[mask], items.counts[name])
        weeks = {**self.weeks, week.numbers[0]: checksum}
        return RunningCounts(weeks, self.only, items, users)
