from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import (
    DESCRIPTION_ONLY,
    IMAGE_ONLY,
    SUM,
    TEXT_ONLY,
    CompositionWeights,
    QueryParts,
    sdr_weights,
)

# Published α and β, the weights of the fixed mix, and those at a cosine of 0.25.
PUBLISHED = [
    ((0.05, 0.50), (0.9250, 0.0750, 0.5000), (0.9787, 0.0778, 0.5000)),
    ((0.15, 0.35), (0.7975, 0.2025, 0.3500), (0.9260, 0.2252, 0.3500)),
    ((0.20, 0.40), (0.7200, 0.2800, 0.4000), (0.8847, 0.3212, 0.4000)),
]
D, R, M = np.eye(4)[0], np.eye(4)[1], np.eye(4)[2]


def values(weights: CompositionWeights) -> tuple[float, float, float]:
    return weights.description, weights.reference, weights.modification


@pytest.mark.parametrize(("setting", "mix", "cosine"), PUBLISHED)
def test_weights_of_the_published_settings(
    setting: tuple[float, float], mix: tuple[float, ...], cosine: tuple[float, ...]
) -> None:
    assert np.round(values(sdr_weights(*setting, None)), 4).tolist() == list(mix)
    assert np.round(values(sdr_weights(*setting, 0.25)), 4).tolist() == list(cosine)


def test_opposite_parts_cancel_only_where_they_are_brought_to_length_one() -> None:
    parts = QueryParts(D, -D, M)
    with pytest.raises(InvalidInputError, match="opposite"):
        parts.weights(0.5, 0.35)
    assert parts.weights(0.4, 0.35).reference == pytest.approx(1.35 * 0.4 / 0.2)
    assert parts.weights(0.5, 0.35, fixed_mix=True).reference == 0.675


@pytest.mark.parametrize("bad", [np.zeros(4), np.array([1, np.nan, 0, 0]), np.full(4, np.inf)])
def test_a_part_that_is_no_direction(bad: np.ndarray) -> None:
    with pytest.raises(InvalidInputError, match="the reference must be one finite vector"):
        QueryParts(D, bad, M)


@pytest.mark.parametrize(
    ("alpha", "beta", "cosine", "negative"),
    [
        (-0.1, 0.0, 0.0, 0.0),
        (1.1, 0.0, 0.0, 0.0),
        (0.0, 1.6, 0.0, 0.0),
        (0.0, 0.0, 1.1, 0.0),
        (0.0, 0.0, 0.0, -1.0),
    ],
)
def test_values_outside_their_range(
    alpha: float, beta: float, cosine: float, negative: float
) -> None:
    with pytest.raises(InvalidInputError):
        sdr_weights(alpha, beta, cosine, negative=negative)


def test_not_a_number_is_no_setting() -> None:
    for alpha, beta, cosine in [(np.nan, 0.1, 0.0), (0.1, np.nan, 0.0), (0.1, 0.1, np.nan)]:
        with pytest.raises(InvalidInputError):
            sdr_weights(alpha, beta, cosine)
    with pytest.raises(InvalidInputError, match="finite"):
        CompositionWeights(1.0, np.inf, 0.0)


def test_baselines_are_weights() -> None:
    parts = QueryParts(2 * D, 3 * R, M)
    assert parts.compose(IMAGE_ONLY).tolist() == R.tolist()
    assert parts.compose(TEXT_ONLY).tolist() == M.tolist()
    assert parts.compose(DESCRIPTION_ONLY).tolist() == D.tolist()
    assert parts.compose(SUM).tolist() == (R + M).tolist()


def test_what_is_not_wanted_is_taken_off() -> None:
    parts = QueryParts(D, R, M, negative=5 * np.eye(4)[3])
    weights = parts.weights(0.15, 0.35, negative=0.5)
    assert parts.compose(weights)[3] == -0.5
    assert parts.contributions(weights, np.eye(4)).sum(axis=1)[3] == -0.5
    with pytest.raises(InvalidInputError, match="must be given"):
        QueryParts(D, R, M).compose(weights)


@pytest.mark.usefixtures("unchecked")
def test_dimensions_agree() -> None:
    with pytest.raises(InvalidInputError, match="one dimension"):
        QueryParts(D, R[:3], M)
    with pytest.raises(InvalidInputError, match="4 dimensions"):
        QueryParts(D, R, M).contributions(SUM, np.ones((2, 3)))
