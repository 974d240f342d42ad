"""XAUC against all pairs, one by one."""

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.evaluate.recommendation import xauc


@pytest.mark.parametrize(("levels", "seconds"), [(40, 256), (5, 4), (1, 9), (60, 2)])
def test_all_pairs_count_and_ties_half(levels: int, seconds: int) -> None:
    random = generator(levels, "pairs")
    predicted = random.integers(levels, size=300) / 7
    happened = random.integers(seconds, size=300)
    value, influence = xauc(predicted, happened)
    longer = happened[:, None] < happened[None, :]
    right = (predicted[:, None] < predicted) + (predicted[:, None] == predicted) / 2
    assert value == pytest.approx(right[longer].mean(), abs=1e-12)
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    without, _ = xauc(predicted[1:], happened[1:])
    assert value - without == pytest.approx(influence[0], rel=0.02, abs=1e-9)


def test_the_best_order_is_one_and_its_reverse_none() -> None:
    happened = np.array([3, 0, 255, 7])
    assert xauc(happened.astype(float), happened)[0] == 1
    assert xauc(-happened.astype(float), happened)[0] == 0


def test_what_is_refused_and_what_is_not_defined() -> None:
    same = np.zeros(3, np.int64)
    assert np.isnan(xauc(np.arange(3.0), same)[0])
    with pytest.raises(InvalidInputError, match="NaN"):
        xauc(np.full(3, np.nan), same)
    with pytest.raises(InvalidInputError, match="0 to 255"):
        xauc(np.zeros(1), np.array([256]))
