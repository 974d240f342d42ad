"""Centroid, diameter, near and far on vectors drawn by hand in the plane."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import centroid, diameter, is_distant, nearest_first

BENIGN = np.array([[2, 0], [0, 3]], np.float32)  # at length 1: (1, 0) and (0, 1)


def test_the_centroid_is_the_mean_of_directions_and_keeps_its_length() -> None:
    np.testing.assert_allclose(centroid(BENIGN), [0.5, 0.5])


def test_the_diameter_is_the_largest_distance() -> None:
    assert diameter(BENIGN) == pytest.approx(np.sqrt(2))
    assert diameter(BENIGN[:1]) == 0


def test_near_and_far_by_angle_not_by_length() -> None:
    pool = np.array([[-9, 0], [0.1, 0.1], [5, 0], [0, 5]], np.float32)
    # Products with (.5, .5): −.5, .707, .5, .5; the tie by place.
    assert nearest_first(pool, BENIGN).tolist() == [1, 2, 3, 0]


def test_distant_is_farther_than_the_set_is_wide() -> None:
    # (−1, 0) is √2.5 = 1.58 from (.5, .5), the set is √2 = 1.41 wide; (0, −1) as well.
    assert is_distant(np.array([-1, 0], np.float32), BENIGN)
    # (1, −.2) at length 1 is (.981, −.196): .845 from it.
    assert not is_distant(np.array([1, -0.2], np.float32), BENIGN)


def test_nothing_has_no_centroid() -> None:
    with pytest.raises(InvalidInputError, match="centroid"):
        centroid(np.zeros((0, 2), np.float32))
