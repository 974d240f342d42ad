"""What to recommend to the people of a log, and why, as JSON holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import IdMap, Recommender, check_many, fields
from trovato.core.shapes import Bool
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names, read_titles
from trovato.ops import NO_ITEM
from trovato.recommend.batch import Recommended, UserBatch, recommend
from trovato.retrieve.recommenders import ItemIds, explain_recommendations, similar_items


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """A recommender with the people of a log, called as in the log's source.

    Parameters
    ----------
    recommender, catalogue
        What scores, and the items behind its places.
    people
        Users of the log, and what they cared for.
    names
        What these users are called.
    titles
        Of items, by what they are called.
    """

    recommender: Recommender
    catalogue: ItemIds
    people: UserBatch
    names: IdMap
    titles: Mapping[str, str]

    @staticmethod
    def of(
        log: InteractionLog,
        recommender: Recommender,
        catalogue: ItemIds,
        positive: str,
        users: Sequence[str] | None = None,
    ) -> Answers:
        """Read some users of a log, by name, or all of them; memory follows their rows.

        Raises
        ------
        InvalidInputError, UnreadableFileError
            If a user is not in the log, or as for `UserBatch.of`.
        """
        if users is not None:
            check_many("users", users)
        named = Names(log, fields.USER)
        chosen = None if users is None else named.ids(users)
        people = UserBatch.of(log, catalogue, positive, chosen)
        names = IdMap(named.of(people.users.tolist()), "user")
        return Answers(recommender, catalogue, people, names, read_titles(log))

    def recommended(
        self,
        users: Sequence[str],
        count: int,
        *,
        repeat: bool = False,
        allowed: Bool[np.ndarray, " items"] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The best items for each of some users, with what of the history each owes its score to.

        Parameters
        ----------
        users
            By name.
        count, repeat, allowed
            See `recommend`.

        Raises
        ------
        InvalidInputError
            If there is no such user, or `count` is below 1.
        """
        check_many("users", users)
        rows = np.array([self.names.index_of(user) for user in users], np.int64)
        some = UserBatch(
            self.people.users[rows], self.people.histories.take(rows), self.people.seen.take(rows)
        )
        for block in recommend(self.recommender, some, count, repeat=repeat, allowed=allowed):
            for row in range(len(block.places)):
                at = block.first + row
                yield {"user": users[at], **self._answer(some, at, block, row)}

    def similar(self, item: str, count: int) -> dict[str, Any]:
        """The items most like one.

        Raises
        ------
        InvalidInputError
            If there is no such item, `count` is below 1, or the recommender compares no items.
        """
        place = self.catalogue.index_of(item)
        places, scores = similar_items(self.recommender, place, count)
        found = zip(places.tolist(), scores.tolist(), strict=True)
        items = [{**self._called(one), "score": score} for one, score in found]
        return {**self._called(place), "items": items}

    def _answer(self, people: UserBatch, user: int, block: Recommended, row: int) -> dict[str, Any]:
        history, places = people.histories[user], block.places[row]
        found = places[places != NO_ITEM]
        why = explain_recommendations(self.recommender, history, found)
        items = [
            {
                **self._called(int(place)),
                "score": float(block.scores[row, rank]),
                "because of": [
                    {**self._called(cause), "score lost without": loss}
                    for cause, loss in why.best(rank)
                ],
            }
            for rank, place in enumerate(found)
        ]
        return {"history": len(history), "items": items}

    def _called(self, place: int) -> dict[str, str]:
        (name,) = self.catalogue.text_of([place])
        title = self.titles.get(name)
        return {"item": name} if title is None else {"item": name, "title": title}
