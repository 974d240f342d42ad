import numpy as np
import pytest

from trovato.core import InvalidInputError, Sequences
from trovato.train import (
    Impression,
    conversion,
    count_items,
    implicit_factors,
    item_neighbours,
    popularity,
)


def rows() -> list[Impression]:
    return [
        Impression(0, np.array([0, 0, 1]), np.array([True, False, True])),
        Impression(0, np.array([2]), np.array([False])),
        Impression(2, np.array([0, 2]), np.array([True, True])),
    ]


def test_counts() -> None:
    counts = count_items(rows(), 4)
    assert counts.shown.tolist() == [3, 1, 2, 0]
    assert popularity(counts).values.tolist() == [2, 1, 1, 0]
    assert conversion(counts).values == pytest.approx([2 / 3, 1, 1 / 2, 0])
    # The mean rate is 4 of 6; each item gets 3 rows with it in advance.
    assert conversion(counts, prior=3.0).values == pytest.approx([4 / 6, 3 / 4, 3 / 5, 2 / 3])


def test_old_rows_fade() -> None:
    counts = count_items(rows(), 4, half_life=1.0)
    assert popularity(counts).values.tolist() == [1.25, 0.25, 1, 0]


def test_what_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="go back"):
        count_items(reversed(rows()), 4)
    with pytest.raises(InvalidInputError, match="half-life"):
        count_items(rows(), 4, half_life=0.0)
    with pytest.raises(InvalidInputError, match="prior"):
        conversion(count_items(rows(), 4), prior=-1.0)
    nothing = Sequences(np.zeros(0, np.int64), np.zeros(3, np.int64))
    with pytest.raises(InvalidInputError, match="nothing to fit"):
        implicit_factors(nothing, 4)
    with pytest.raises(InvalidInputError, match="at least 1"):
        implicit_factors(nothing, 4, dim=0)
    with pytest.raises(InvalidInputError, match="at least 1"):
        item_neighbours(nothing, 4, neighbours=0)
