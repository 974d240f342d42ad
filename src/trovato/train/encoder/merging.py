"""Weights of several trainings of one model, made into one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Float64

# Arrays by name.
Model = Mapping[str, Float[np.ndarray, "..."]]


def average_models(
    models: Sequence[Model], shares: Sequence[float] | None = None
) -> dict[str, np.ndarray]:
    """The weighted mean of each weight; shares are even by default, and are made to sum to 1.

    Source: Wortsman et al., "Model soups", 2022.

    Raises
    ------
    InvalidInputError
        If the models differ in names or shapes, or the shares do not fit.
    """
    check_alike(models)
    weights = np.full(len(models), 1.0) if shares is None else np.array(shares, np.float64)
    if len(weights) != len(models) or not np.isfinite(weights).all() or not weights.sum() > 0:
        raise InvalidInputError(
            f"each of the {len(models)} models needs a share, with a sum above 0, got {shares}"
        )
    weights = weights / weights.sum()
    return {
        name: sum(
            (
                share * model[name].astype(np.float64)
                for share, model in zip(weights, models, strict=True)
            ),
            np.zeros(models[0][name].shape),
        ).astype(models[0][name].dtype)
        for name in models[0]
    }


def greedy_soup(
    models: Sequence[Model], measure: Callable[[Model], float]
) -> tuple[dict[str, np.ndarray], list[int]]:
    """The mean of the models that raise a measure on development data, tried best first.

    Source: Wortsman et al. 2022, recipe 1.

    Parameters
    ----------
    models
        Of one architecture.
    measure
        Larger is better.

    Returns
    -------
    The weights, and the places of the models that are in.
    """
    check_alike(models)
    alone = [measure(model) for model in models]
    order = sorted(range(len(models)), key=lambda at: (-alone[at], at))
    kept, best = [order[0]], alone[order[0]]
    for at in order[1:]:
        tried = measure(average_models([models[one] for one in (*kept, at)]))
        if tried >= best:
            kept, best = [*kept, at], tried
    return average_models([models[one] for one in kept]), kept


def ties_merge(
    base: Model, models: Sequence[Model], density: float = 0.2, scale: float = 1.0
) -> dict[str, np.ndarray]:
    """What models changed in their base, trimmed, agreed in sign, and averaged.

    Of each change the largest `density` of its components stay; each component's sign is that of
    the sum; the mean is over the models of that sign.

    Source: Yadav et al., "TIES-merging", 2023, algorithm 1.

    Raises
    ------
    InvalidInputError
        If the models differ, or `density` is not above 0 and at most 1.
    """
    check_alike([base, *models])
    if not 0 < density <= 1:
        raise InvalidInputError(f"density is above 0 and at most 1, got {density}")
    names = list(base)
    changes = [
        np.concatenate(
            [(model[name].astype(np.float64) - base[name]).reshape(-1) for name in names]
        )
        for model in models
    ]
    trimmed = np.stack([_trimmed(change, density) for change in changes])
    sign = np.sign(trimmed.sum(axis=0))
    agreeing = (np.sign(trimmed) == sign) & (trimmed != 0)
    counts = agreeing.sum(axis=0)
    merged = np.where(agreeing, trimmed, 0).sum(axis=0) / np.maximum(counts, 1)
    found, at = {}, 0
    for name in names:
        size = base[name].size
        part = merged[at : at + size].reshape(base[name].shape)
        found[name] = (base[name] + scale * part).astype(base[name].dtype)
        at += size
    return found


def slerp(one: Model, other: Model, share: float = 0.5) -> dict[str, np.ndarray]:
    """A point on the arc from one model to the other, weight by weight; 0 is the first.

    Where two weights have nearly one direction, on the line between them.

    Source: Shoemake, "Animating rotation with quaternion curves", 1985.

    Raises
    ------
    InvalidInputError
        If the models differ, or `share` is not from 0 to 1.
    """
    check_alike([one, other])
    if not 0 <= share <= 1:
        raise InvalidInputError(f"share is from 0 to 1, got {share}")
    return {name: _arc(one[name], other[name], share) for name in one}


def check_alike(models: Sequence[Model]) -> None:
    """Refuse models that differ in names, shapes or types of their weights.

    Raises
    ------
    InvalidInputError
        Names the first weight that differs.
    """
    if not models:
        raise InvalidInputError("there is no model to merge: name at least one")
    first = models[0]
    for number, model in enumerate(models[1:], 2):
        if missing := sorted(first.keys() ^ model.keys()):
            raise InvalidInputError(f"model {number} differs from the first in {missing[0]}")
        for name, value in first.items():
            if model[name].shape != value.shape or model[name].dtype != value.dtype:
                raise InvalidInputError(
                    f"{name} is {value.dtype}{value.shape} in the first model and "
                    f"{model[name].dtype}{model[name].shape} in model {number}"
                )


def _trimmed(
    change: Float64[np.ndarray, " weights"], density: float
) -> Float64[np.ndarray, " weights"]:
    kept = max(1, round(density * len(change)))
    border = np.partition(np.abs(change), len(change) - kept)[len(change) - kept]
    return np.where(np.abs(change) >= border, change, 0.0)


def _arc(
    one: Float[np.ndarray, "..."], other: Float[np.ndarray, "..."], share: float
) -> Float[np.ndarray, "..."]:
    a, b = one.astype(np.float64), other.astype(np.float64)
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    cosine = float(np.clip((a * b).sum() / lengths, -1, 1)) if lengths else 1.0
    angle = np.arccos(cosine)
    if np.sin(angle) < 1e-6:
        return ((1 - share) * a + share * b).astype(one.dtype)
    mixed = np.sin((1 - share) * angle) * a + np.sin(share * angle) * b
    found: Float[np.ndarray, "..."] = (mixed / np.sin(angle)).astype(one.dtype)
    return found
