"""Watch time, and what was known of user and item before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, fields
from trovato.core.shapes import Float32, Float64, Int64
from trovato.interactions.features.impressions import read_parts
from trovato.recommend.dataset import Experiment
from trovato.recommend.models import content_vectors
from trovato.train import WatchHistory

_FITTED = 0.5  # of the training rows, the last of them
_MOST = 2_000_000  # rows to fit to: more would not move the few numbers of a model
_PIECES = 32  # of the training rows, between which features are brought up to date

_Values = Int64[np.ndarray, " values"]


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
    untimed
        Rows that are not here because their watch time is not known.
    """

    users: Int64[np.ndarray, " rows"]
    features: Float64[np.ndarray, "rows features"]
    lengths: Int64[np.ndarray, " rows"]
    seconds: Int64[np.ndarray, " rows"]
    untimed: int = 0


def watch_rows(experiment: Experiment) -> tuple[WatchRows, WatchRows]:
    """The rows to fit a model of watch time to, and those to test it on.

    Features of a row (`WatchHistory`) know nothing of it or of later rows. The rows to fit to are
    the second half of the training rows, or the last two million of them.

    Memory: about 60 bytes for each row to fit to or to test on, and a content vector for each user.

    Raises
    ------
    InvalidInputError
        If the log has no table of items, or no watch time.
    UnreadableFileError
        If a file is damaged.
    """
    lengths, authors, vectors = _items(experiment)
    history = WatchHistory(len(experiment.users), lengths, authors, vectors)
    protocol, total = experiment.protocol, int(experiment.trained.sum())
    size, left = min(-(-total // _PIECES), _MOST // 8), total

    def known(piece: _Piece) -> WatchRows:
        rows = piece.users, piece.items
        return WatchRows(
            piece.users,
            history.features(*rows),
            lengths[piece.items],
            piece.seconds,
            piece.untimed,
        )

    kept = []
    for piece in _pieces(experiment, protocol.learns, size):
        if left <= max(min(_FITTED * total, _MOST), size):
            kept.append(known(piece))
        history.learn(piece.users, piece.items, piece.seconds)
        left -= len(piece.users) + piece.untimed
    tested = [known(piece) for piece in _pieces(experiment, (protocol.tests,), size)]
    train, test = _joined(kept), _joined(tested)
    if not train.seconds.any() or not len(test.seconds):
        raise InvalidInputError(
            "the log says of no row to learn from, or of none to test on, how long it was watched"
        )
    return train, test


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Places of users and of items, and seconds, where these are known."""

    users: Int64[np.ndarray, " rows"]
    items: Int64[np.ndarray, " rows"]
    seconds: Int64[np.ndarray, " rows"]
    untimed: int


def _pieces(experiment: Experiment, parts: tuple[int, ...], size: int) -> Iterator[_Piece]:
    """The rows of some parts, in order."""
    names = [fields.USER, fields.ITEM, fields.TIMESPENT]
    for _, read in read_parts(experiment.log, names, experiment.protocol.split, parts):
        users = np.searchsorted(experiment.users, read[fields.USER]).astype(np.int64)
        items = experiment.catalogue.places(read[fields.ITEM])
        timed = ~np.isnan(read[fields.TIMESPENT])
        seconds = np.where(timed, read[fields.TIMESPENT], 0).astype(np.int64)
        for first in range(0, len(users), size):
            rows = np.flatnonzero(timed[first : first + size]) + first
            untimed = len(timed[first : first + size]) - len(rows)
            yield _Piece(users[rows], items[rows], seconds[rows], untimed)


def _items(experiment: Experiment) -> tuple[_Values, _Values, Float32[np.ndarray, "items dim"]]:
    """Lengths, authors and content vectors by place in the catalogue."""
    log, items = experiment.log, len(experiment.catalogue)
    if not log.has_table(fields.ITEM):
        raise InvalidInputError(
            "watch time needs the length of each item: keep a table with item_id, author_id and "
            "duration (seconds) in metadata/items_metadata.parquet"
        )
    table = log.items([fields.AUTHOR, fields.DURATION])
    places = experiment.catalogue.places(table[fields.ITEM].to_numpy())
    lengths, authors = np.ones(items, np.int64), np.zeros(items, np.int64)
    lengths[places] = np.maximum(table[fields.DURATION].to_numpy(), 1)
    authors[places] = np.unique(table[fields.AUTHOR].to_numpy(), return_inverse=True)[1]
    if log.embeddings is None:
        return lengths, authors, np.zeros((items, 0), np.float32)
    return lengths, authors, content_vectors(experiment)


def _joined(parts: list[WatchRows]) -> WatchRows:
    return WatchRows(
        np.concatenate([part.users for part in parts]),
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.seconds for part in parts]),
        sum(part.untimed for part in parts),
    )
