"""MaxSim kernels against slow, plain twins in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from trovato.core import generator
from trovato.ops import Int8Vectors, available_kernels, best_tokens, int8_quantize, maxsim

KERNELS = available_kernels()
# Query tokens: below, at and above a register and a tile, and beyond; dimensions: single, odd, the
# default, a panel and more than one.
QUERIES = (1, 3, 4, 8, 15, 16, 17, 32, 33, 48, 100, 512)
DIMS = (1, 2, 3, 5, 63, 64, 65, 128, 129, 384, 513, 1030, 2048)


def twin(query: np.ndarray, values: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Sum over query tokens of the largest dot product, one item and token at a time."""
    scores = []
    for start, end in pairwise(offsets):
        if start == end:
            scores.append(-np.inf)
            continue
        total = 0.0
        for token in query.astype(np.float64):
            total += max(float(np.dot(token, row)) for row in values[start:end].astype(np.float64))
        scores.append(total)
    return np.array(scores)


def integer_twin(query: np.ndarray, vectors: Int8Vectors, offsets: np.ndarray) -> np.ndarray:
    """The same over integers: only the scales and the final sum are rounded."""
    asked = int8_quantize(query)
    scores = []
    for start, end in pairwise(offsets):
        if start == end:
            scores.append(-np.inf)
            continue
        dots = np.einsum("qd,td->qt", asked.codes.astype(np.int64), vectors.codes[start:end])
        best = (dots.astype(np.float32) * vectors.scales[start:end]).max(axis=1)
        total = 0.0
        for value, scale in zip(best.tolist(), asked.scales.tolist(), strict=True):
            total += value * scale
        scores.append(total)
    return np.array(scores).astype(np.float32)


def case(
    seed: int, tokens: int, dim: int, lengths: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = generator(seed, "maxsim twin")
    query = random.standard_normal((tokens, dim), dtype=np.float32)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    values = random.standard_normal((int(offsets[-1]), dim), dtype=np.float32)
    norms = np.linalg.norm(values, axis=1, keepdims=True)
    return query / np.linalg.norm(query, axis=1, keepdims=True), values / norms, offsets


# Every length from none to beyond two blocks of rows, in an order that mixes them.
LENGTHS = (0, 1, 12, 0, 2, 11, 25, 3, 13, 4, 24, 5, 23, 6, 7, 8, 9, 10, 14, 0)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("tokens", QUERIES)
def test_floats_of_any_number_of_query_tokens(kernel: str, tokens: int) -> None:
    query, values, offsets = case(tokens, tokens, 20, LENGTHS)
    slow = twin(query, values, offsets)
    np.testing.assert_allclose(
        maxsim(query, values, offsets, kernel=kernel), slow, rtol=0, atol=1e-5 * tokens
    )
    halves = values.astype(np.float16)
    np.testing.assert_allclose(
        maxsim(query, halves, offsets, kernel=kernel),
        twin(query, halves, offsets),
        rtol=0,
        atol=1e-5 * tokens,
    )


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("dim", DIMS)
def test_floats_of_any_dimension(kernel: str, dim: int) -> None:
    query, values, offsets = case(dim, 18, dim, (0, 1, 5, 14))
    for stored in (values, values.astype(np.float16)):
        scores = maxsim(query, stored, offsets, kernel=kernel)
        np.testing.assert_allclose(scores, twin(query, stored, offsets), rtol=0, atol=1e-5 * 18)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("tokens", QUERIES)
def test_int8_of_any_number_of_query_tokens_is_exact(kernel: str, tokens: int) -> None:
    query, values, offsets = case(tokens, tokens, 20, LENGTHS)
    vectors = int8_quantize(values)
    scores = maxsim(query, vectors, offsets, kernel=kernel)
    np.testing.assert_array_equal(scores, integer_twin(query, vectors, offsets))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("dim", DIMS)
def test_int8_of_any_dimension_is_exact(kernel: str, dim: int) -> None:
    query, values, offsets = case(dim, 18, dim, (0, 1, 5, 14))
    vectors = int8_quantize(values)
    scores = maxsim(query, vectors, offsets, kernel=kernel)
    np.testing.assert_array_equal(scores, integer_twin(query, vectors, offsets))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("dim", [128, 4096])
@pytest.mark.parametrize("sign", [1, -1])
def test_int8_does_not_saturate(kernel: str, dim: int, sign: int) -> None:
    """The largest codes of one sign: where 16-bit sums of byte products would overflow."""
    query = np.ones((3, dim), np.float32)
    vectors = Int8Vectors(np.full((2, dim), sign * 127, np.int8), np.ones(2, np.float32))
    offsets = np.array([0, 2], np.int64)
    score = maxsim(query, vectors, offsets, kernel=kernel)[0]
    assert score == integer_twin(query, vectors, offsets)[0]
    assert score == pytest.approx(sign * 3 * dim * 127, rel=1e-5)


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_half_is_read_right(kernel: str) -> None:
    """All finite half-precision numbers, subnormal ones included, one per item."""
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)][:, None]
    offsets = np.arange(len(halves) + 1, dtype=np.int64)
    scores = maxsim(np.ones((1, 1), np.float32), halves, offsets, kernel=kernel)
    np.testing.assert_array_equal(scores, halves[:, 0].astype(np.float32))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("stored", ["float32", "float16", "int8"])
def test_best_tokens_are_the_summands(kernel: str, stored: str) -> None:
    query, values, offsets = case(5, 37, 65, (30,))
    values[20] = values[7]  # a tie
    vectors = int8_quantize(values) if stored == "int8" else values.astype(stored)
    index, score = best_tokens(query, vectors, kernel=kernel)
    plain = vectors.dequantise() if isinstance(vectors, Int8Vectors) else vectors
    asked = int8_quantize(query).dequantise() if stored == "int8" else query
    dots = asked.astype(np.float64) @ plain.astype(np.float64).T
    np.testing.assert_allclose(score, dots.max(axis=1), rtol=0, atol=1e-5)
    np.testing.assert_allclose(score, dots[np.arange(37), index], rtol=0, atol=1e-5)
    assert 20 not in index, "a tie goes to the lowest token"
    assert 7 in index, "the case must hold a tie"
    total = maxsim(query, vectors, offsets, kernel=kernel)[0]
    assert score.sum(dtype=np.float64) == pytest.approx(total, rel=1e-6)
