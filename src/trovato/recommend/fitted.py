"""Fit a recommender, ask it by ids, keep it in a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.core import IdMap, InvalidInputError, PathLike, Ranking, Recommender, fields
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names
from trovato.recommend.batch import UserBatch, recommend
from trovato.recommend.log_fit import fit_log
from trovato.recommend.models import fit_model, model_config
from trovato.recommend.training_data import Interactions
from trovato.retrieve.recommenders import (
    ItemIds,
    UserHistories,
    load_histories,
    load_recommender,
    save_recommender,
    similar_items,
)

# These need to know what was shown and when, or what items are.
_NEED_A_LOG = ("recent", "conversion", "content")


@dataclass(frozen=True, slots=True, eq=False)
class FittedRecommender:
    """A recommender with the items and the users that it knows; ids are text.

    Parameters
    ----------
    recommender
        What scores.
    items
        The catalogue behind its places.
    known
        Users, and what they cared for.
    made
        How it was made.
    """

    recommender: Recommender
    items: ItemIds
    known: UserHistories
    made: Mapping[str, Any]

    def recommend(self, user_id: str, k: int = 10, *, repeat: bool = False) -> Ranking:
        """The best `k` items for a user, out of the whole catalogue.

        Parameters
        ----------
        user_id
            One of `known.users`. For somebody else's history, ask a
            `trovato.retrieve.recommenders.SequenceRetriever` of `recommender` and `items`.
        k
            How many, at least 1.
        repeat
            Whether what was shown to the user may come again.

        Raises
        ------
        InvalidInputError
            If `k` is below 1, or there is no such user; the message shows ids written alike.
        """
        user = np.array([self.known.users.index_of(user_id)])
        seen = self.known.sequences if self.known.seen is None else self.known.seen
        people = UserBatch(user.astype(np.uint32), self.known.sequences.take(user), seen.take(user))
        (found,) = recommend(self.recommender, people, k, repeat=repeat)
        return self.items.ranking(found.places[0], found.scores[0])

    def similar(self, item_id: str, k: int = 10) -> Ranking:
        """The `k` items most like one, without it.

        Raises
        ------
        InvalidInputError
            If `k` is below 1, there is no such item, or the model compares no items.
        """
        places, scores = similar_items(self.recommender, self.items.index_of(item_id), k)
        return self.items.ranking(places, scores)

    def save(self, path: PathLike) -> None:
        """Write all of it to one file, whole or not at all.

        `load` reads it. If it was fitted to a log, `trovato recommend` reads it too.

        Raises
        ------
        StorageError
            If the system refuses to write.
        """
        save_recommender(path, self.recommender, self.items, self.made, self.known)


def fit(
    model: str,
    data: PathLike | InteractionLog | Iterable[Any],
    *,
    protocol: str | None = None,
    positive: str | None = None,
    test_weeks: int | None = None,
    **settings: Any,
) -> FittedRecommender:
    """Fit a recommender to a log or to plain interactions.

    Parameters
    ----------
    model
        One of `MODELS`.
    data
        A log or its folder: learnt from are its training rows, as `trovato recommend train` does,
        and a user's history is all that they cared for in it. Or interactions, all of which are
        learnt from: rows of `user_id`, `item_id` and perhaps `timestamp`, as tuples, other records
        or a data frame. Ids are text; a whole number is the text of itself.
    protocol, positive, test_weeks
        For logs: see `find_protocol`.
    settings
        Of the model; see `model_config`.

    Raises
    ------
    InvalidInputError
        If no model has that name, it has no such setting, a value is out of range, or the data
        cannot be used; the message says what is wanted.
    MissingExtraError
        If the model needs a package that is not installed.
    UnreadableFileError
        If the log is absent or damaged.

    Examples
    --------
    >>> seen = [("ann", "M"), ("ann", "Ran"), ("bob", "M"), ("bob", "Ran"), ("eve", "M")]
    >>> fit("item-knn", seen).recommend("eve", 1).ids
    ('Ran',)
    """
    config = model_config(model, **settings)
    if isinstance(data, (str, os.PathLike)):
        data = InteractionLog.open(data)
    if isinstance(data, InteractionLog):
        recommender, experiment, made = fit_log(
            model,
            data,
            protocol=protocol,
            positive=positive,
            test_weeks=test_weeks,
            **settings,
        )
        known = _known(data, experiment.catalogue, made)
        return FittedRecommender(recommender, experiment.catalogue, known, made)
    if (protocol, positive, test_weeks) != (None, None, None):
        raise InvalidInputError(
            "protocol, positive and test_weeks are for logs: interactions are all learnt from"
        )
    if model in _NEED_A_LOG:
        raise InvalidInputError(
            f"{model} needs a log, which says what was shown when and what items are; interactions "
            "alone say who cared for what: use popularity, item-knn, ease, ials or sasrec"
        )
    interactions = Interactions.of(data)
    recommender = fit_model(config, interactions)
    about = {"model": model, "settings": asdict(config)}
    return FittedRecommender(recommender, interactions.catalogue, interactions.known, about)


def load(path: PathLike) -> FittedRecommender:
    """Read what `FittedRecommender.save` wrote.

    Raises
    ------
    InvalidInputError
        If the file holds no users, as those of `trovato recommend train`.
    UnreadableFileError
        If the file is absent, damaged, or something else.
    """
    recommender, items, made = load_recommender(path)
    return FittedRecommender(recommender, items, load_histories(path), made)


def _known(log: InteractionLog, catalogue: ItemIds, made: Mapping[str, Any]) -> UserHistories:
    """Users of a log as its source calls them, and their histories."""
    people = UserBatch.of(log, catalogue, made["positive"])
    named = IdMap(Names(log, fields.USER).of(people.users.tolist()), "user")
    return UserHistories(named, people.histories, people.seen)
