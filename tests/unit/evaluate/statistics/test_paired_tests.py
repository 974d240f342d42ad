"""Tests of difference on tables worked by hand."""

from __future__ import annotations

import pytest

from trovato.core import InvalidInputError
from trovato.evaluate import holm, mcnemar, paired_difference, paired_t_test, rate

# 20 questions: 9 lost, 1 won, 10 the same.
BEFORE = [True] * 9 + [False] * 1 + [True] * 5 + [False] * 5
AFTER = [False] * 9 + [True] * 1 + [True] * 5 + [False] * 5


def test_mcnemar_by_hand() -> None:
    # 2 × (C(10,0) + C(10,1)) / 2¹⁰ = 22 / 1024.
    assert mcnemar(BEFORE, AFTER) == pytest.approx(22 / 1024)
    assert mcnemar(AFTER, BEFORE) == pytest.approx(22 / 1024)
    assert mcnemar(BEFORE, BEFORE) == 1
    assert mcnemar([True, False], [False, True]) == 1


def test_mcnemar_of_many_questions_is_a_number() -> None:
    assert 0 < mcnemar([False] * 3000, [True] * 1000 + [False] * 2000) < 1e-290


def test_holm_by_hand() -> None:
    # Sorted .01 .02 .03 .5: ×4 = .04, ×3 = .06, ×2 = .06, ×1 = .5.
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])
    # The second would fall below the first, and the last is cut at 1.
    assert holm([0.02, 0.021, 0.9]) == pytest.approx([0.06, 0.06, 0.9])
    assert holm([0.6, 0.7]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_t_test_by_hand() -> None:
    # Differences −1 ×9, 1, 0 ×10: mean −.4, sample deviation .598; t = −2.99 with 19 degrees.
    assert paired_t_test([float(x) for x in BEFORE], [float(x) for x in AFTER]) == pytest.approx(
        0.0075, abs=2e-4
    )
    assert paired_t_test([1.0, 2.0], [1.0, 2.0]) == 1
    assert paired_t_test([1.0, 2.0], [2.0, 3.0]) == 0


def test_the_difference_has_an_interval_that_holds_it() -> None:
    found = paired_difference(BEFORE, AFTER)
    assert found.mean == pytest.approx(-0.4)
    assert -0.7 < found.low < -0.4 < found.high < -0.1
    assert rate(BEFORE).mean == pytest.approx(0.7)


def test_unequal_sides_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="same questions"):
        mcnemar([True], [True, False])
    with pytest.raises(InvalidInputError, match="two pairs"):
        paired_t_test([1.0], [2.0])
    with pytest.raises(InvalidInputError, match="between 0 and 1"):
        holm([1.5])
    with pytest.raises(InvalidInputError, match="no queries"):
        paired_difference([], [])
