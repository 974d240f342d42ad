"""The report on codes equals definitions written out slowly."""

import numpy as np
import pytest
from scipy.stats import entropy

from trovato.core import InvalidInputError
from trovato.ops.quantization import code_quality, gini, id_drift, mutual_information

RANDOM = np.random.default_rng(0)
CODES = np.minimum(RANDOM.geometric(0.2, (300, 3)) - 1, 9).astype(np.int64)


def test_levels_by_their_definitions() -> None:
    quality = code_quality(CODES, (10, 10, 12))
    before = 1
    for level, found in enumerate(quality.levels):
        counts = np.bincount(CODES[:, level], minlength=found.size)
        assert found.used == len(set(CODES[:, level].tolist()))
        assert found.perplexity == pytest.approx(np.exp(entropy(counts)), rel=1e-12)
        gaps = np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean())
        assert found.gini == pytest.approx(gaps, rel=1e-12)
        prefixes = len({tuple(row) for row in CODES[:, : level + 1].tolist()})
        assert (found.prefixes, found.fan_out) == (prefixes, prefixes / before)
        before = prefixes


def test_collisions_by_counting() -> None:
    buckets: dict[tuple[int, ...], int] = {}
    for row in map(tuple, CODES.tolist()):
        buckets[row] = buckets.get(row, 0) + 1
    quality = code_quality(CODES, (10, 10, 12))
    assert quality.unique == len(buckets)
    assert quality.biggest_bucket == max(buckets.values())
    assert quality.colliding == sum(size for size in buckets.values() if size > 1)


def test_even_and_uneven_counts() -> None:
    assert gini(np.array([5, 5, 5])) == 0
    assert gini(np.array([0, 0, 9])) == pytest.approx(2 / 3)
    assert gini(np.array([0, 0])) == 0


def test_information_of_equal_and_of_independent_labels() -> None:
    label = np.repeat(np.arange(4), 25)
    assert mutual_information(label, label) == pytest.approx((2, 1))
    other = np.tile(np.arange(5), 20)
    assert mutual_information(label, other) == pytest.approx((0, 0))
    assert mutual_information(np.zeros(9, np.int64), np.zeros(9, np.int64)) == (0, 0)


def test_drift_counts_prefixes() -> None:
    before = np.array([[1, 2], [1, 3], [4, 4]])
    after = np.array([[1, 2], [1, 9], [5, 4]])
    assert id_drift(before, after) == pytest.approx((1 / 3, 2 / 3))
    assert id_drift(before[:0], after[:0]) == (0, 0)


def test_codes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="levels"):
        code_quality(CODES, (10, 10))
    with pytest.raises(InvalidInputError, match="no ids"):
        code_quality(CODES[:0], (10, 10, 10))
