"""Who may care for new clips: the models of the challenge, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as fields_of
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, Sequences, fields
from trovato.core.shapes import Float32
from trovato.interactions.storage.layout import TRAIN_WEEKS
from trovato.ops import best_in_tiles
from trovato.recommend.models import IALSConfig, content_vectors
from trovato.retrieve.user_targeting import (
    DotProductTargeting,
    GroupAffinityTargeting,
    UserTargeting,
)
from trovato.systems.vk_lsvd.challenge import Challenge
from trovato.train import content_map, implicit_factors

# What a signal says about a fan, in public solutions of the challenge.
FAN_WEIGHTS = {"share": 3.0, "bookmark": 2.0, "click_on_author": 1.5, "like": 1.0}
_REST = 1e-3  # of the score of the most active user, where nothing else is known
_TOGETHER = 1024


def _active(challenge: Challenge) -> UserTargeting:
    clips = len(challenge.clips)
    nobody = Sequences(np.zeros(0, np.int64), np.zeros(1, np.int64))
    near = np.full((clips, 1), -1)
    return GroupAffinityTargeting(
        near, np.zeros((clips, 1), np.float32), nobody, np.zeros(0, np.float32), _rest(challenge)
    )


def _fans(challenge: Challenge) -> UserTargeting:
    experiment = challenge.experiment
    items, users = experiment.catalogue, experiment.users
    log = experiment.log.weeks(0, TRAIN_WEEKS - 1)
    table = log.items()
    authors = np.zeros(len(items), np.int64)
    places = items.places(table[fields.ITEM].to_numpy())
    authors[places] = np.unique(table[fields.AUTHOR].to_numpy(), return_inverse=True)[1]
    keys, weights = [np.zeros(0, np.int64)], [np.zeros(0)]
    for batch in log.batches([fields.USER, fields.ITEM, *FAN_WEIGHTS]):
        said = sum(
            weight * batch[name].to_numpy(zero_copy_only=False)
            for name, weight in FAN_WEIGHTS.items()
        )
        kept = np.flatnonzero(said)
        author = authors[items.places(batch[fields.ITEM].to_numpy()[kept])]
        user = np.searchsorted(users, batch[fields.USER].to_numpy()[kept])
        keys.append(author * len(users) + user)
        weights.append(np.asarray(said)[kept])
    pairs, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    summed = np.bincount(inverse, np.concatenate(weights), len(pairs)).astype(np.float32)
    fans = Sequences.of(pairs // len(users), pairs % len(users), int(authors.max()) + 1)
    return GroupAffinityTargeting(
        authors[challenge.clips][:, None],
        np.ones((len(challenge.clips), 1), np.float32),
        fans,
        summed,
        _rest(challenge),
    )


def _content(challenge: Challenge, neighbours: int = 50) -> UserTargeting:
    experiment, items = challenge.experiment, len(challenge.experiment.catalogue)
    vectors = content_vectors(challenge.experiment)
    liked = Sequences.of(experiment.histories.items, experiment.histories.users, items)
    warm = np.flatnonzero(liked.lengths)
    near = np.full((len(challenge.clips), neighbours), -1)
    nearness = np.zeros(near.shape, np.float32)
    for first in range(0, len(near), _TOGETHER):
        block = slice(first, first + _TOGETHER)
        clips = vectors[challenge.clips[block]]
        best, cosines = best_in_tiles(
            lambda low, high, clips=clips: clips @ vectors[warm[low:high]].T,  # type: ignore[misc]
            len(clips),
            len(warm),
            neighbours,
        )
        near[block] = np.where(best >= 0, warm[best], -1)
        nearness[block] = np.where(best >= 0, np.maximum(cosines, 0), 0)
    ones = np.ones(len(liked.items), np.float32)
    return GroupAffinityTargeting(near, nearness, liked, ones, _rest(challenge))


def _ials_content(challenge: Challenge, **settings: Any) -> UserTargeting:
    config = IALSConfig(**settings)
    experiment, items = challenge.experiment, len(challenge.experiment.catalogue)
    factors = implicit_factors(
        experiment.histories,
        items,
        dim=config.factors,
        regularisation=config.regularisation,
        confidence=config.confidence,
        iterations=config.iterations,
        seed=config.seed,
        threads=config.threads,
    )
    vectors = content_vectors(challenge.experiment)
    known = np.bincount(experiment.histories.items, minlength=items) > 0
    mapped = vectors[challenge.clips] @ content_map(vectors, factors.vectors, known)
    people = factors.fold_in(experiment.histories)
    return DotProductTargeting(mapped, people, _rest(challenge))


AUDIENCES: dict[str, Callable[..., UserTargeting]] = {
    "active": _active,
    "fans": _fans,
    "content": _content,
    "ials-content": _ials_content,
}


_SETTINGS = {
    "content": ("neighbours",),
    "ials-content": tuple(one.name for one in fields_of(IALSConfig)),
}


def fit_audience(model: str, challenge: Challenge, **settings: Any) -> UserTargeting:
    """Fit a model of the challenge to the training rows.

    Parameters
    ----------
    model
        One of `AUDIENCES`.
    challenge
        Whose clips are new.
    settings
        `neighbours` of `content`, and those of `IALSConfig` for `ials-content`.

    Raises
    ------
    InvalidInputError
        If no model has that name, it has no such setting, or a setting is out of range.
    MissingExtraError
        If the model needs a package that is not installed.
    """
    if model not in AUDIENCES:
        raise InvalidInputError(f"no model is called {model!r}; use one of {', '.join(AUDIENCES)}")
    known = _SETTINGS.get(model, ())
    for name in settings:
        if name not in known:
            raise InvalidInputError(
                f"{model} has no setting {name!r}; it has {', '.join(known) or 'none'}"
            )
    return AUDIENCES[model](challenge, **settings)


def _rest(challenge: Challenge) -> Float32[np.ndarray, " users"]:
    cared = challenge.experiment.histories.lengths.astype(np.float32)
    rest: Float32[np.ndarray, " users"] = np.float32(_REST) * (1 + cared) / (1 + cared.max())
    return rest
