"""Alpha and kappa against sums over pairs of values, written as their definitions say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.evaluate.agreement import cohen_kappa, krippendorff_alpha

RATINGS = st.integers(2, 4).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, math.nan]), min_size=raters, max_size=raters),
        min_size=1,
        max_size=8,
    )
)


def alpha_by_pairs(units: list[list[float]], level: str) -> float:
    kept = [[one for one in unit if not math.isnan(one)] for unit in units]
    kept = [unit for unit in kept if len(unit) >= 2]
    values = [one for unit in kept for one in unit]

    def distance(one: float, other: float) -> float:
        low, high = sorted([one, other])
        if level == "nominal":
            return float(one != other)
        if level == "interval":
            return (one - other) ** 2
        if level == "ratio":
            return ((one - other) / (one + other)) ** 2 if one + other else 0.0
        between = sum(low <= value <= high for value in values)
        ends = (values.count(low) + values.count(high)) / 2
        return (between - ends) ** 2 if low != high else 0.0

    observed = sum(
        distance(one, other) / (len(unit) - 1)
        for unit in kept
        for at, one in enumerate(unit)
        for place, other in enumerate(unit)
        if at != place
    ) / len(values)
    expected = sum(
        distance(one, other)
        for at, one in enumerate(values)
        for place, other in enumerate(values)
        if at != place
    ) / (len(values) * (len(values) - 1))
    return 1 - observed / expected if expected else math.nan


@given(RATINGS, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha(units: list[list[float]], level: str) -> None:
    table = np.array(units).T
    if not any(sum(not math.isnan(one) for one in unit) >= 2 for unit in units):
        with pytest.raises(InvalidInputError):
            krippendorff_alpha(table, level)  # type: ignore[arg-type]
        return
    wanted = alpha_by_pairs(units, level)
    found = krippendorff_alpha(table, level)  # type: ignore[arg-type]
    assert found == pytest.approx(wanted, abs=1e-9, nan_ok=True)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20),
    st.sampled_from(["none", "linear", "quadratic"]),
)
def test_kappa(pairs: list[tuple[int, int]], weights: str) -> None:
    values = sorted({one for pair in pairs for one in pair})
    power = {"none": 0, "linear": 1, "quadratic": 2}[weights]

    def cost(one: int, other: int) -> float:
        steps = abs(values.index(one) - values.index(other))
        return float(steps**power) if steps else 0.0

    observed = sum(cost(*pair) for pair in pairs) / len(pairs)
    expected = sum(cost(one, other) for one, _ in pairs for _, other in pairs) / len(pairs) ** 2
    first, second = (np.array(side, np.float64) for side in zip(*pairs, strict=True))
    found = cohen_kappa(first, second, weights)  # type: ignore[arg-type]
    assert found == pytest.approx(
        1 - observed / expected if expected else math.nan, abs=1e-9, nan_ok=True
    )
