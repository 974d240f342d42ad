"""Every kernel of this machine keeps the laws of MaxSim, in every format."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import RaggedVectors
from trovato.ops import available_kernels, int8_quantize, maxsim
from trovato.testing.conformance.maxsim import Score, check_maxsim


@pytest.mark.parametrize("kernel", available_kernels())
def test_float32(kernel: str) -> None:
    check_maxsim(lambda query, items: maxsim(query, items.values, items.offsets, kernel=kernel))


@pytest.mark.parametrize("kernel", available_kernels())
def test_float16(kernel: str) -> None:
    def score(query: np.ndarray, items: RaggedVectors) -> np.ndarray:
        return maxsim(query, items.values.astype(np.float16), items.offsets, kernel=kernel)

    check_maxsim(score, tolerance=1e-3)


@pytest.mark.parametrize("kernel", available_kernels())
def test_int8(kernel: str) -> None:
    def score(query: np.ndarray, items: RaggedVectors) -> np.ndarray:
        return maxsim(query, int8_quantize(items.values), items.offsets, kernel=kernel)

    check_maxsim(score, tolerance=2e-2)


def _padded(query: np.ndarray, items: RaggedVectors) -> np.ndarray:
    """A scorer with the common mistake: short items are padded with zeros."""
    longest = max(len(part) for part in items) + 1
    scores = [
        (query @ np.pad(part, ((0, longest - len(part)), (0, 0))).T).max(axis=1).sum()
        for part in items
    ]
    return np.array(scores, np.float32)


def _by_item(query: np.ndarray, items: RaggedVectors) -> np.ndarray:
    return np.array(
        [(query @ part.T).max(axis=1, initial=-np.inf).sum() for part in items], np.float32
    )


def _mean(query: np.ndarray, items: RaggedVectors) -> np.ndarray:
    return _by_item(query, items) / len(query)


@pytest.mark.parametrize("broken", [_padded, _mean])
def test_the_laws_catch_broken_scorers(broken: Score) -> None:
    with pytest.raises(AssertionError):
        check_maxsim(broken)


def test_ragged_vectors_without_items_have_no_scores() -> None:
    nothing = RaggedVectors(np.zeros((0, 4), np.float32), np.zeros(1, np.int64))
    assert maxsim(np.ones((1, 4), np.float32), nothing.values, nothing.offsets).shape == (0,)
