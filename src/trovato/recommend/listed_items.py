"""Recommendations that another program has made, to be measured like any recommender's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, PathLike, Sequences, UnreadableFileError, fields
from trovato.core.shapes import Float32, Int64
from trovato.interactions.storage import schema
from trovato.interactions.storage.source_ids import Names
from trovato.recommend.dataset import Experiment


@dataclass(frozen=True, slots=True, eq=False)
class ListedItems:
    """A list of items for each user of an experiment, the best first.

    Parameters
    ----------
    lists
        Places in the catalogue, user by user; those that nobody listed are never recommended.
    items
        How many items the catalogue has.
    """

    lists: Sequences
    items: int

    @staticmethod
    def read(path: PathLike, experiment: Experiment) -> ListedItems:
        """Read a Parquet file of `user_id`, `item_id`, and `rank` or `score`.

        Users and items are called as in the log's source. Without ranks and scores, rows stand in
        their order; rows of users or items that the log does not know are passed over.

        Raises
        ------
        InvalidInputError
            If the log knows none of its users and items.
        UnreadableFileError
            If it is no such file.
        """
        pa, path = schema.arrow(), Path(path)
        try:
            with pa.parquet.ParquetFile(path) as file:
                table = file.read()
            users, items = (
                table[name].cast(pa.string()).to_pylist() for name in (fields.USER, fields.ITEM)
            )
            order = np.arange(len(users))
            for name, sign in (("rank", 1), ("score", -1)):
                if name in table.column_names:
                    order = np.argsort(sign * table[name].to_numpy(), kind="stable")
                    break
        except (pa.ArrowException, OSError, KeyError) as error:
            raise UnreadableFileError(
                f"{path} is no table of {fields.USER}, {fields.ITEM} and rank or score: {error}"
            ) from error
        called = Names(experiment.log, fields.USER).of(experiment.users.tolist())
        rows = {name: row for row, name in enumerate(called)}
        who = np.array([rows.get(name, -1) for name in users], np.int64)[order]
        what = experiment.catalogue.places_of(items)[order]
        known = (who >= 0) & (what >= 0)
        if not known.any():
            raise InvalidInputError(
                f"the log knows none of the users and items of {path}: it has users such as "
                f"{', '.join(called[:3])} and items such as "
                f"{', '.join(experiment.catalogue.text_of(range(min(3, len(what)))))}"
            )
        lists = Sequences.of(who[known], what[known], len(called))
        return ListedItems(lists, len(experiment.catalogue))

    def score(self, users: Int64[np.ndarray, " users"]) -> _Ranks:
        """One over the rank for what is listed, −∞ for all else; by the places of users."""
        return _Ranks(self.lists.take(users), self.items)


@dataclass(frozen=True, slots=True, eq=False)
class _Ranks:
    lists: Sequences
    items: int

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        scores = np.full((len(self.lists), last - first), -np.inf, np.float32)
        lists = self.lists
        ranks = np.arange(len(lists.items)) - np.repeat(lists.offsets[:-1], lists.lengths)
        there = (lists.items >= first) & (lists.items < last)
        # From the last to the first: of an item that is listed twice, the better rank counts.
        rows = np.flatnonzero(there)[::-1]
        scores[lists.users[rows], lists.items[rows] - first] = 1 / (1 + ranks[rows])
        return scores

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        listed = dict[tuple[int, int], float]()
        for user, found in enumerate(self.lists):
            for rank, item in enumerate(found.tolist(), start=1):
                listed.setdefault((user, item), 1 / rank)
        wanted = zip(users.tolist(), items.tolist(), strict=True)
        return np.array([listed.get(pair, 0.0) for pair in wanted], np.float32)
