"""Generative retrieval by beam search, as a recommender."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, Sequences
from trovato.core.shapes import Float32, Int64
from trovato.generate.decoding.beam_search import beam_search
from trovato.retrieve.recommenders import GenerativeRetrieval


@dataclass(frozen=True, slots=True, eq=False)
class BeamRecommender:
    """Scores the items behind the ids that a beam search finds; all others −∞, so left out.

    Every item of a found id is scored, by the id's log probability and its share of the bucket.
    `GenerativeRetrieval` itself scores every item, at a cost that follows the catalogue.

    Parameters
    ----------
    model
        What scores codes.
    beams
        Prefixes that are kept at each level, at least 1.

    Raises
    ------
    InvalidInputError
        If there are no beams.
    """

    model: GenerativeRetrieval
    beams: int = 50

    def __post_init__(self) -> None:
        if self.beams < 1:
            raise InvalidInputError(f"beams must be at least 1, got {self.beams}")

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return self.model.items

    def score(self, histories: Sequences) -> FoundScores:
        """Log probabilities of what was found for each history."""
        hidden, trie = self.model.hidden(histories), self.model.trie()

        def next_scores(
            rows: Int64[np.ndarray, " rows"], written: Int64[np.ndarray, "rows depth"]
        ) -> Float32[np.ndarray, "rows codes"]:
            return self.model.next_scores(hidden[rows], written)

        found = beam_search(next_scores, trie, len(histories), self.beams)
        which, items = trie.members(found.ids)
        scores = found.log_probabilities[which] + self.model.log_shares[items]
        keys = items * len(histories) + found.queries[which]
        order = np.argsort(keys)
        return FoundScores(keys[order], scores[order], len(histories))


@dataclass(frozen=True, slots=True, eq=False)
class FoundScores:
    """The scores above −∞, by rising `item × users + user`."""

    keys: Int64[np.ndarray, " found"]
    scores: Float32[np.ndarray, " found"]
    users: int

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        """Of all users of the block and the items from `first` to before `last`."""
        tile = np.full((self.users, last - first), -np.inf, np.float32)
        low, high = np.searchsorted(self.keys, [first * self.users, last * self.users])
        if high > low:
            items, users = np.divmod(self.keys[low:high], self.users)
            tile[users, items - first] = self.scores[low:high]
        return tile

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        """Of single users (places in the block) and items."""
        wanted = items * self.users + users
        places = np.minimum(np.searchsorted(self.keys, wanted), max(len(self.keys) - 1, 0))
        there = self.keys[places] == wanted
        return np.where(there, self.scores[places], np.float32(-np.inf))
