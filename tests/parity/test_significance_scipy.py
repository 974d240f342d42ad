"""The tests of difference against SciPy's."""

from __future__ import annotations

import pytest
from scipy import stats

from trovato.core import generator
from trovato.evaluate import mcnemar


@pytest.mark.parametrize("seed", range(12))
def test_mcnemar_is_the_binomial_test_of_the_changes(seed: int) -> None:
    draw = generator(seed, "outcomes")
    first = draw.random(60) < draw.random()
    second = draw.random(60) < draw.random()
    won, lost = int((second & ~first).sum()), int((first & ~second).sum())
    expected = stats.binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert mcnemar(first.tolist(), second.tolist()) == pytest.approx(expected, rel=1e-12)
