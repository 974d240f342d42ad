"""Why an item is recommended: what of the history it owes its score to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Recommender, Sequences
from trovato.core.shapes import Float32, Int64

NEWEST = 50  # items of a history that are tried


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """How much the score of recommended items falls without an item of the history.

    Parameters
    ----------
    causes
        Places of different items of the history, the newest first.
    losses
        What each recommended item loses without each of them; below 0 where it would gain.
    """

    causes: Int64[np.ndarray, " causes"]
    losses: Float32[np.ndarray, "items causes"]

    def best(self, item: int, most: int = 3) -> list[tuple[int, float]]:
        """The causes that a recommended item owes most to, and how much; none that it owes nothing.

        Parameters
        ----------
        item
            Which of the recommended ones, from 0.
        most
            How many causes at most.
        """
        order = np.argsort(-self.losses[item], kind="stable")[:most]
        return [
            (int(self.causes[at]), float(self.losses[item, at]))
            for at in order
            if self.losses[item, at] > 0
        ]


def explain_recommendations(
    recommender: Recommender,
    history: Int64[np.ndarray, " rows"],
    items: Int64[np.ndarray, " items"],
) -> Reasons:
    """Leave out one item of a history at a time, and see what recommended items lose.

    It holds for any recommender, since it asks what would be recommended otherwise, not how. Where
    no single item matters, as with popularity, there are no reasons.

    Parameters
    ----------
    recommender
        Any.
    history
        Places of what a user cared for, oldest first; of the different ones the newest `NEWEST` are
        tried.
    items
        Places of what was recommended.
    """
    newest_first = history[::-1]
    _, firsts = np.unique(newest_first, return_index=True)
    causes = newest_first[np.sort(firsts)][:NEWEST]
    variants = [history, *(history[history != cause] for cause in causes)]
    lengths = [len(variant) for variant in variants]
    scored = recommender.score(
        Sequences(np.concatenate(variants), np.concatenate([[0], np.cumsum(lengths)]))
    )
    who = np.repeat(np.arange(len(variants)), len(items))
    scores = scored.pairs(who, np.tile(items, len(variants))).reshape(len(variants), len(items))
    return Reasons(causes, (scores[0] - scores[1:]).T)
