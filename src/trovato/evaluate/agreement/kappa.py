"""Kappas: agreement beyond chance of two people, and of a fixed number of them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64


def cohen_kappa(
    first: Float64[np.ndarray, "units"],
    second: Float64[np.ndarray, "units"],
    weights: Literal["none", "linear", "quadratic"] = "none",
) -> float:
    """Agreement of two people on the same units, against the agreement their habits would give.

    Parameters
    ----------
    first, second
        Their values of each unit, without gaps.
    weights
        How much a disagreement counts: all the same, by distance among the values that occur, or
        by its square.

    Returns
    -------
    Kappa; NaN where both gave one and the same value throughout.

    Raises
    ------
    InvalidInputError
        If there are no units.

    Source: Cohen, "A coefficient of agreement for nominal scales", 1960; weighted kappa, 1968.
    """
    if not len(first):
        raise InvalidInputError("kappa needs units that both have judged, got none")
    values, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    table = np.zeros((len(values), len(values)))
    np.add.at(table, (places[: len(first)], places[len(first) :]), 1 / len(first))
    steps = np.arange(len(values), dtype=np.float64)
    apart = np.abs(steps[:, None] - steps)
    cost = {"none": (apart > 0).astype(np.float64), "linear": apart, "quadratic": apart**2}[weights]
    expected = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * cost).sum())
    return 1 - float((table * cost).sum()) / expected if expected else float("nan")


def fleiss_kappa(counts: Int64[np.ndarray, "units categories"]) -> float:
    """Agreement of as many people on each unit, who need not be the same ones.

    Parameters
    ----------
    counts
        How many people put each unit into each category.

    Returns
    -------
    Kappa; NaN where all chose one category throughout.

    Raises
    ------
    InvalidInputError
        If units have different numbers of people, or fewer than two.

    Source: Fleiss, "Measuring nominal scale agreement among many raters", 1971.
    """
    people = counts.sum(axis=1)
    if not len(counts) or people.min() != people.max() or people[0] < 2:
        raise InvalidInputError(
            f"Fleiss' kappa needs units with one number of people, at least 2; got "
            f"{people.tolist()}: use Krippendorff's alpha"
        )
    raters = int(people[0])
    share = counts.sum(axis=0) / counts.sum()
    agreed = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1))
    expected = float((share**2).sum())
    return (float(agreed.mean()) - expected) / (1 - expected) if expected < 1 else float("nan")
