"""The tests of difference against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from trovato.core import generator
from trovato.evaluate import mcnemar, paired_t_test


@pytest.mark.parametrize("seed", range(12))
def test_mcnemar_is_the_binomial_test_of_the_changes(seed: int) -> None:
    draw = generator(seed, "outcomes")
    first = draw.random(60) < draw.random()
    second = draw.random(60) < draw.random()
    won, lost = int((second & ~first).sum()), int((first & ~second).sum())
    expected = stats.binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert mcnemar(first.tolist(), second.tolist()) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("size", [2, 3, 10, 100, 5000])
@pytest.mark.parametrize("gap", [0.0, 0.1, 1.0])
def test_paired_t_test(seed: int, size: int, gap: float) -> None:
    draw = generator(seed, "values")
    first = draw.standard_normal(size)
    second = first + gap + draw.standard_normal(size)
    expected = stats.ttest_rel(first, second).pvalue
    # Far tails below 1e-300 are 0 to both.
    np.testing.assert_allclose(
        paired_t_test(first.tolist(), second.tolist()), expected, rtol=1e-9, atol=1e-300
    )
