"""Agreement against published examples, and where it is not defined."""

import math

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.evaluate.agreement import (
    agreement_interval,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)

_ = np.nan
# Four observers, twelve units: the example of Krippendorff (2011), section E.
EXAMPLE = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)
# Fourteen people put ten units into five categories: the worked example of Fleiss' kappa.
FLEISS = np.array(
    [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
)


@pytest.mark.parametrize(
    ("level", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_is_that_of_the_example(level: str, alpha: float) -> None:
    assert krippendorff_alpha(EXAMPLE, level) == pytest.approx(alpha, abs=5e-4)  # type: ignore[arg-type]


def test_fleiss_is_that_of_the_example() -> None:
    assert fleiss_kappa(FLEISS) == pytest.approx(0.210, abs=5e-4)


def test_cohen_is_that_of_a_table() -> None:
    # 20 both yes, 5 and 10 split, 15 both no: (0.7 − 0.5) / 0.5.
    first = np.repeat([1.0, 1.0, 0.0, 0.0], [20, 5, 10, 15])
    second = np.repeat([1.0, 0.0, 1.0, 0.0], [20, 5, 10, 15])
    assert cohen_kappa(first, second) == pytest.approx(0.4)


def test_weights_count_distance() -> None:
    first, near, far = (np.array(one, float) for one in ([0, 1, 2, 3], [1, 1, 2, 3], [3, 1, 2, 3]))
    assert cohen_kappa(first, near, "linear") > cohen_kappa(first, far, "linear")
    assert cohen_kappa(first, near, "quadratic") > cohen_kappa(first, far, "quadratic")
    assert cohen_kappa(first, first, "quadratic") == 1


def test_without_variation_it_is_not_defined() -> None:
    same = np.full((2, 5), 2.0)
    assert math.isnan(krippendorff_alpha(same))
    assert math.isnan(cohen_kappa(same[0], same[1]))
    assert math.isnan(fleiss_kappa(np.array([[3, 0], [3, 0]])))
    assert str(agreement_interval(same)) == "undefined: no variation"


def test_what_nobody_judged_twice_has_no_agreement() -> None:
    with pytest.raises(InvalidInputError, match="no unit has values of two people"):
        krippendorff_alpha(np.array([[1, _], [_, 2]]))
    with pytest.raises(InvalidInputError, match="one number of people"):
        fleiss_kappa(np.array([[2, 1], [1, 1]]))
    with pytest.raises(InvalidInputError, match="got none"):
        cohen_kappa(np.zeros(0), np.zeros(0))
    with pytest.raises(InvalidInputError, match="ratios are of values"):
        krippendorff_alpha(np.array([[-1.0, 2], [1, 2]]), "ratio")


def test_the_interval_holds_alpha_and_is_repeatable() -> None:
    found = agreement_interval(EXAMPLE, resamples=200)
    assert found.low < found.alpha < found.high
    assert (found.units, found.raters) == (11, 4)
    assert agreement_interval(EXAMPLE, resamples=200) == found
    assert agreement_interval(EXAMPLE, resamples=200, seed=1) != found


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
def test_intervals_cover_the_true_alpha() -> None:
    """Three people over 120 units; the truth is the alpha of very many units."""
    random = np.random.default_rng(3)

    def draw(units: int) -> np.ndarray:
        truth = random.integers(4, size=units)
        noise = random.choice([-1, 0, 0, 0, 1], size=(3, units))
        return np.asarray(np.clip(truth + noise, 0, 3), np.float64)

    true = krippendorff_alpha(draw(200_000))
    covered = 0
    for _ in range(100):
        found = agreement_interval(draw(120), resamples=100)
        covered += found.low <= true <= found.high
    assert 0.88 <= covered / 100 <= 1
