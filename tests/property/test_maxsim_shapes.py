"""MaxSim over random shapes, selections and addresses."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import generator
from trovato.ops import Int8Vectors, Vectors, available_kernels, int8_quantize, maxsim

KERNELS = available_kernels()
Case = tuple[np.ndarray, np.ndarray, np.ndarray]  # query, values, offsets


@st.composite
def cases(draw: st.DrawFn) -> Case:
    random = generator(draw(st.integers(0, 2**16)), "maxsim shapes")
    lengths = draw(st.lists(st.integers(0, 40), min_size=1, max_size=12))
    dim, tokens = draw(st.integers(1, 300)), draw(st.integers(1, 70))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    query = random.standard_normal((tokens, dim), dtype=np.float32)
    return query, random.standard_normal((int(offsets[-1]), dim), dtype=np.float32), offsets


@pytest.mark.parametrize("kernel", KERNELS)
@given(cases())
def test_floats_equal_the_product_of_matrices(kernel: str, drawn: Case) -> None:
    query, values, offsets = drawn
    slow = [
        (query.astype(np.float64) @ values[start:end].T).max(axis=1, initial=-np.inf).sum()
        for start, end in pairwise(offsets)
    ]
    scores = maxsim(query, values, offsets, kernel=kernel)
    allowed = 1e-5 * len(query) * query.shape[1]
    np.testing.assert_allclose(scores, slow, rtol=0, atol=allowed)


@given(cases())
def test_all_kernels_give_the_same_int8_scores(drawn: Case) -> None:
    query, values, offsets = drawn
    vectors = int8_quantize(values)
    first, *others = (maxsim(query, vectors, offsets, kernel=kernel) for kernel in KERNELS)
    for other in others:
        np.testing.assert_array_equal(first, other)


@given(cases(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_selection_and_threads_change_no_score(drawn: Case, random: Random, threads: int) -> None:
    query, values, offsets = drawn
    scores = maxsim(query, values, offsets)
    items = np.array(random.choices(range(len(scores)), k=2 * len(scores)), np.int64)
    selected = maxsim(query, values, offsets, items, threads=threads)
    np.testing.assert_array_equal(selected, scores[items])


@pytest.mark.parametrize("kernel", KERNELS)
@given(cases(), st.integers(0, 63))
def test_vectors_may_start_at_any_address(kernel: str, drawn: Case, shift: int) -> None:
    query, values, offsets = drawn
    vectors = int8_quantize(values)
    codes = _moved(vectors.codes, shift)
    halves = values.astype(np.float16)
    moved = Int8Vectors(codes, _moved(vectors.scales, shift))
    pairs: list[tuple[Vectors, Vectors]] = [
        (vectors, moved),
        (values, _moved(values, shift)),
        (halves, _moved(halves, shift)),
    ]
    for here, there in pairs:
        np.testing.assert_array_equal(
            maxsim(query, here, offsets, kernel=kernel),
            maxsim(query, there, offsets, kernel=kernel),
        )


def _moved(values: np.ndarray, shift: int) -> np.ndarray:
    """The same array, `shift` bytes after where NumPy would put it."""
    memory = bytearray(values.nbytes + shift)
    there = np.ndarray(values.shape, values.dtype, memory, offset=shift)
    there[:] = values
    return there
