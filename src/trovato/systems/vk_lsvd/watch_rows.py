"""Watch time, and what was known of user and item before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64

from trovato.core import InvalidInputError, columns
from trovato.data.logs.impressions import read_parts
from trovato.systems.vk_lsvd.experiment import Experiment
from trovato.systems.vk_lsvd.models import content_vectors

_FITTED = 0.5  # of the training rows, the last of them
_MOST = 2_000_000  # rows to fit to: more would not move the few numbers of a model
_PIECES = 32  # of the training rows, between which features are brought up to date
_KEPT = 0.3  # of its length after which an item counts as not skipped
_PRIOR = 5.0  # rows with the mean rate that everyone and everything is given in advance


@dataclass(frozen=True, slots=True, eq=False)
class WatchRows:
    """Rows of a log with their watch time.

    Parameters
    ----------
    users
        Places of users in the experiment.
    features
        What was known before the row; see `watch_rows`.
    lengths, seconds
        Of the item, at least 1; and watched, 255 for that and more.
    """

    users: Int64[np.ndarray, " rows"]
    features: Float64[np.ndarray, "rows features"]
    lengths: Int64[np.ndarray, " rows"]
    seconds: Int64[np.ndarray, " rows"]


def watch_rows(experiment: Experiment) -> tuple[WatchRows, WatchRows]:
    """The rows to fit a model of watch time to, and those to test it on.

    Features of a row know nothing of it or of later rows: they are how often the user, the item and
    its author were not skipped before (as log-odds), and, where the log has content vectors, how
    near the item is to what the user did not skip. The rows to fit to are the second half of the
    training rows, or the last two million of them.

    Memory: about 60 bytes for each row to fit to or to test on, and a content vector for each user.

    Raises
    ------
    InvalidInputError
        If the log has no table of items, or no watch time.
    UnreadableFileError
        If a file is damaged.
    """
    known = _Known.of(experiment)
    protocol, total = experiment.protocol, int(experiment.trained.sum())
    size, left, kept = min(-(-total // _PIECES), _MOST // 8), total, list[WatchRows]()
    for rows in _pieces(experiment, protocol.learns, size):
        if left <= min(_FITTED * total, _MOST):
            kept.append(known.rows(*rows))
        known.learn(*rows)
        left -= len(rows[0])
    tested = [known.rows(*rows) for rows in _pieces(experiment, (protocol.tests,), size)]
    train, test = _joined(kept), _joined(tested)
    if not train.seconds.any():
        raise InvalidInputError("the log says of no row how long it was watched")
    return train, test


_Piece = tuple[
    Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]
]  # users, items, seconds


def _pieces(experiment: Experiment, parts: tuple[int, ...], size: int) -> Iterator[_Piece]:
    names = [columns.USER, columns.ITEM, columns.TIMESPENT]
    for _, read in read_parts(experiment.log, names, experiment.protocol.split, parts):
        users = np.searchsorted(experiment.users, read[columns.USER]).astype(np.int64)
        items = experiment.catalogue.places(read[columns.ITEM])
        seconds = read[columns.TIMESPENT].astype(np.int64)
        for first in range(0, len(users), size):
            piece = slice(first, first + size)
            yield users[piece], items[piece], seconds[piece]


@dataclass(slots=True, eq=False)
class _Rate:
    """How often things were not skipped, and how often they came."""

    kept: Float64[np.ndarray, " things"]
    shown: Float64[np.ndarray, " things"]

    @staticmethod
    def of(count: int) -> _Rate:
        return _Rate(np.zeros(count), np.zeros(count))

    def add(self, things: Int64[np.ndarray, " rows"], kept: Float64[np.ndarray, " rows"]) -> None:
        self.kept += np.bincount(things, kept, len(self.kept))
        self.shown += np.bincount(things, minlength=len(self.shown))

    def odds(self, things: Int64[np.ndarray, " rows"], mean: float) -> Float64[np.ndarray, " rows"]:
        kept = self.kept[things] + _PRIOR * mean
        odds: Float64[np.ndarray, " rows"] = np.log(kept / (self.shown[things] + _PRIOR - kept))
        return odds


@dataclass(slots=True, eq=False)
class _Known:
    """What is known of users and items so far."""

    lengths: Int64[np.ndarray, " items"]
    authors: Int64[np.ndarray, " items"]
    vectors: Float32[np.ndarray, "items dim"]
    profiles: Float32[np.ndarray, "users dim"]
    of_users: _Rate
    of_items: _Rate
    of_authors: _Rate

    @staticmethod
    def of(experiment: Experiment) -> _Known:
        """Nothing yet but the tables."""
        log, items = experiment.log, len(experiment.catalogue)
        if not log.has_table(columns.ITEM):
            raise InvalidInputError(
                "watch time needs the length of each item: keep a table with item_id, author_id "
                "and duration (seconds) in metadata/items_metadata.parquet"
            )
        table = log.items([columns.AUTHOR, columns.DURATION])
        places = experiment.catalogue.places(table[columns.ITEM].to_numpy())
        lengths, authors = np.ones(items, np.int64), np.zeros(items, np.int64)
        lengths[places] = np.maximum(table[columns.DURATION].to_numpy(), 1)
        authors[places] = np.unique(table[columns.AUTHOR].to_numpy(), return_inverse=True)[1]
        vectors = np.zeros((items, 0), np.float32)
        if log.embeddings is not None:
            vectors = content_vectors(experiment)
            vectors -= vectors.mean(axis=0)
        return _Known(
            lengths,
            authors,
            vectors,
            np.zeros((len(experiment.users), vectors.shape[1]), np.float32),
            _Rate.of(len(experiment.users)),
            _Rate.of(items),
            _Rate.of(int(authors.max(initial=0)) + 1),
        )

    @property
    def mean(self) -> float:
        """The share of all rows that were not skipped, never 0 or 1."""
        return float((self.of_users.kept.sum() + 1) / (self.of_users.shown.sum() + 2))

    def rows(
        self,
        users: Int64[np.ndarray, " rows"],
        items: Int64[np.ndarray, " rows"],
        seconds: Int64[np.ndarray, " rows"],
    ) -> WatchRows:
        """Rows with what is known before them."""
        found = [
            self.of_users.odds(users, self.mean),
            self.of_items.odds(items, self.mean),
            self.of_authors.odds(self.authors[items], self.mean),
        ]
        if self.vectors.shape[1]:
            near = np.einsum("rd,rd->r", self.profiles[users], self.vectors[items])
            found.append(near / np.sqrt(self.of_users.shown[users] + _PRIOR))
        return WatchRows(users, np.stack(found, axis=1), self.lengths[items], seconds)

    def learn(
        self,
        users: Int64[np.ndarray, " rows"],
        items: Int64[np.ndarray, " rows"],
        seconds: Int64[np.ndarray, " rows"],
    ) -> None:
        """Take in what came of some rows."""
        kept = (seconds > _KEPT * self.lengths[items]).astype(np.float64)
        self.of_users.add(users, kept)
        self.of_items.add(items, kept)
        self.of_authors.add(self.authors[items], kept)
        if self.vectors.shape[1]:
            weights = (kept - self.mean).astype(np.float32)
            np.add.at(self.profiles, users, self.vectors[items] * weights[:, None])


def _joined(parts: list[WatchRows]) -> WatchRows:
    return WatchRows(
        np.concatenate([part.users for part in parts]),
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.seconds for part in parts]),
    )
