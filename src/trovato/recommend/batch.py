"""What to recommend to the people of a log, by all that the log says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trovato.core import (
    InvalidInputError,
    NotFoundError,
    ProgressCallback,
    Recommender,
    Sequences,
    UserScores,
    fields,
    no_progress,
)
from trovato.core.shapes import Bool, Float32, Int64, UInt32
from trovato.interactions.relevance import POSITIVES
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import best_in_tiles
from trovato.ops.ranking.tiled_top_k import Tiles
from trovato.retrieve.recommenders import ItemIds

_TOGETHER = 512  # users


@dataclass(frozen=True, slots=True, eq=False)
class UserBatch:
    """Users of a log, and what they cared for in all of its weeks.

    Parameters
    ----------
    users
        Rising ids.
    histories
        Places in the catalogue of what they cared for, oldest first.
    seen
        Places of all that they were shown, cared for or not.
    """

    users: UInt32[np.ndarray, " users"]
    histories: Sequences
    seen: Sequences

    @staticmethod
    def of(
        log: InteractionLog,
        catalogue: ItemIds,
        positive: str,
        users: UInt32[np.ndarray, " users"] | None = None,
    ) -> UserBatch:
        """Read what some users cared for, or all users of the log.

        Memory follows their rows. Rows of items that are not in the catalogue are passed
        over.

        Parameters
        ----------
        log
            All its rows are read.
        catalogue
            Of the recommender.
        positive
            What counts as caring, by its name in `POSITIVES`.
        users
            Ids in any order; None for all.

        Raises
        ------
        NotFoundError
            If a user is not in the log.
        InvalidInputError
            If the catalogue has none of the items in their rows.
        UnreadableFileError
            If a file is damaged.
        """
        known = log.user_ids()
        wanted = known if users is None else np.unique(users)
        unknown = np.setdiff1d(wanted, known)
        if len(unknown):
            example = f": it knows {known[0]}, for instance" if len(known) else ""
            raise NotFoundError(f"the log knows no user {unknown[0]}{example}")
        rule, rows, found = POSITIVES[positive], 0, 0
        who, what, cared = [], [], [np.zeros(0, bool)]
        names = [fields.USER, fields.ITEM, *rule.columns]
        for batch in (log if users is None else log.filter(users=wanted)).batches(names):
            read = {name: batch[name].to_numpy(zero_copy_only=False) for name in names}
            places = catalogue.places(read[fields.ITEM])
            rows, found = rows + len(places), found + int(np.count_nonzero(places >= 0))
            kept = places >= 0
            who.append(np.searchsorted(wanted, read[fields.USER][kept]).astype(np.int32))
            what.append(places[kept].astype(np.int32))
            cared.append(rule(read)[kept])
        if rows and not found:
            raise InvalidInputError(
                "the recommender knows none of the items of these users: it was trained on another "
                "log"
            )
        none = np.zeros(0, np.int32)
        owners, places, positives = (
            np.concatenate([none, *who]),
            np.concatenate([none, *what]),
            np.concatenate(cared),
        )
        return UserBatch(
            wanted,
            Sequences.of(owners[positives], places[positives], len(wanted)),
            Sequences.of(owners, places, len(wanted)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Recommended:
    """The best items of some users.

    Parameters
    ----------
    first
        The place of the first user among the people.
    places
        Of items in the catalogue, the best first; `NOTHING` where there are no more.
    scores
        By the recommender; −∞ where there is nothing.
    """

    first: int
    places: Int64[np.ndarray, "users count"]
    scores: Float32[np.ndarray, "users count"]


def recommend(
    recommender: Recommender,
    people: UserBatch,
    count: int,
    *,
    repeat: bool = False,
    allowed: Bool[np.ndarray, " items"] | None = None,
    progress: ProgressCallback = no_progress,
) -> Iterator[Recommended]:
    """Rank the whole catalogue for everyone, some hundred users at a time.

    Parameters
    ----------
    recommender
        Of the catalogue that the people's histories speak of.
    people
        For whom.
    count
        Items for each, at least 1.
    repeat
        Whether what was shown to somebody may come again.
    allowed
        Which items may be recommended at all; None for all.
    progress
        Told how many users are done, of how many.

    Raises
    ------
    InvalidInputError
        If `count` is below 1.
    """
    total = len(people.users)
    for first in range(0, total, _TOGETHER):
        some = np.arange(first, min(first + _TOGETHER, total))
        histories = people.histories.take(some)
        scored = recommender.score(histories)
        places, scores = best_in_tiles(
            tiles_of(scored, allowed),
            len(histories),
            recommender.items,
            count,
            seen=None if repeat else people.seen.take(some),
        )
        yield Recommended(first, places, scores)
        progress("ranking", first + len(histories), total)


def tiles_of(scored: UserScores, allowed: Bool[np.ndarray, " items"] | None) -> Tiles:
    """Tiles of scores, −∞ for items that are not allowed."""
    if allowed is None:
        return scored.tile
    return lambda first, last: np.where(
        allowed[first:last], scored.tile(first, last), np.float32(-np.inf)
    )
