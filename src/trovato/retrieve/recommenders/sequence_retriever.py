"""A recommender as a retriever: the query is a history."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, Query, Ranking, Recommender, Sequences
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders.item_ids import ItemIds


class SequenceRetriever:
    """Answers a query with a history by the best items of the whole catalogue.

    Parameters
    ----------
    recommender, catalogue
        What scores, and the ids behind its places.
    repeat
        Whether items of the history may come again.

    Raises
    ------
    InvalidInputError
        If the two differ in their number of items.
    """

    def __init__(
        self, recommender: Recommender, catalogue: ItemIds, *, repeat: bool = False
    ) -> None:
        if recommender.items != len(catalogue):
            raise InvalidInputError(
                f"the recommender knows {recommender.items} items and the catalogue "
                f"{len(catalogue)}: they must come from the same log"
            )
        self._recommender = recommender
        self._catalogue = catalogue
        self._repeat = repeat

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` items; ids of the history that are not in the catalogue are passed over.

        Raises
        ------
        InvalidInputError
            If `k` is below 1, the query has words or conditions, or an id is not a whole number
            where those of the catalogue are.
        """
        if k < 1:
            raise InvalidInputError(f"k must be at least 1, got {k}")
        if query.text or query.filter:
            raise InvalidInputError(
                "a recommender is asked with a history alone: leave text and where empty"
            )
        places = self._catalogue.places_of(query.history)
        known = places[places >= 0]
        history = Sequences(known, np.array([0, len(known)]))
        places, scores = best_in_tiles(
            self._recommender.score(history).tile,
            1,
            len(self._catalogue),
            k,
            seen=None if self._repeat else history,
        )
        return self._catalogue.ranking(places[0], scores[0])
