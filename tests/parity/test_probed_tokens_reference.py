"""Scores by the tokens in probed cells against a slow, plain twin and the exact score."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import (
    Int8Vectors,
    Probes,
    available_kernels,
    cell_table,
    choose_probes,
    int8_quantize,
    l2_normalize,
    maxsim,
    nearest,
    probed_tokens_maxsim,
)

CELLS = 30


def world(
    seed: int, tokens: int, dim: int, lengths: np.ndarray
) -> tuple[np.ndarray, Int8Vectors, np.ndarray, np.ndarray, np.ndarray, float]:
    """A query, vectors and their cells, offsets of items, and the table with its step."""
    random = np.random.default_rng(seed)
    centroids = l2_normalize(random.standard_normal((CELLS, dim), dtype=np.float32))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    near = centroids[random.integers(0, CELLS, int(offsets[-1]) + tokens)]
    noise = 0.8 * l2_normalize(random.standard_normal(near.shape, dtype=np.float32))
    values = l2_normalize(near + noise)
    query, vectors = values[:tokens], int8_quantize(values[tokens:])
    eights = int8_quantize(centroids)
    cells = nearest(vectors, eights)[0].astype(np.uint16)
    return query, vectors, cells, offsets, *cell_table(query, eights)


def twin(
    query: np.ndarray,
    probes: Probes,
    step: float,
    vectors: Int8Vectors,
    cells: np.ndarray,
    offsets: np.ndarray,
) -> list[float]:
    asked, stored = int8_quantize(query).dequantise(), vectors.dequantise()
    scores = []
    for begin, end in itertools.pairwise(offsets):
        score = 0.0
        for token, count in enumerate(probes.counts.tolist()):
            looked = set(probes.cells[token, :count].tolist())
            met = [row for row in range(begin, end) if int(cells[row]) in looked]
            products = [float(asked[token] @ stored[row]) for row in met]
            score += max([float(probes.floors[token]) * step, *products])
        scores.append(score if begin < end else -np.inf)
    return scores


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    tokens=st.sampled_from([1, 7, 33, 64, 65, 130]),
    dim=st.sampled_from([1, 8, 33, 128]),
    lengths=st.lists(st.integers(0, 40) | st.just(300), min_size=1, max_size=5),
    count=st.integers(1, CELLS),
)
def test_every_kernel_gives_the_score_of_the_definition(
    seed: int, tokens: int, dim: int, lengths: list[int], count: int
) -> None:
    query, vectors, cells, offsets, table, step = world(seed, tokens, dim, np.array(lengths))
    probes = choose_probes(table, tokens, count)
    wanted = twin(query, probes, step, vectors, cells, offsets)
    found = probed_tokens_maxsim(query, probes, step, vectors, cells, offsets)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-4)
    items = np.random.default_rng(seed).permutation(len(lengths))
    for kernel in available_kernels():
        for threads in (1, 3):
            same = probed_tokens_maxsim(
                query, probes, step, vectors, cells, offsets, items, threads, kernel
            )
            assert same.tolist() == found[items].tolist()


def test_with_all_cells_probed_it_is_the_exact_score() -> None:
    query, vectors, cells, offsets, table, step = world(1, 20, 64, np.array([200, 90, 400]))
    probes = choose_probes(table, 20, CELLS)
    found = probed_tokens_maxsim(query, probes, step, vectors, cells, offsets)
    assert found.tolist() == maxsim(query, vectors, offsets).tolist()


def test_what_does_not_fit_is_refused() -> None:
    query, vectors, cells, offsets, table, step = world(2, 3, 8, np.array([5, 4]))
    probes = choose_probes(table, 3, 4)
    with pytest.raises(InvalidInputError, match="do not fit a query"):
        probed_tokens_maxsim(query[:2], probes, step, vectors, cells, offsets)
    with pytest.raises(InvalidInputError, match="needs a cell"):
        probed_tokens_maxsim(query, probes, step, vectors, cells[:-1], offsets)
    with pytest.raises(InvalidInputError, match="offsets must rise"):
        probed_tokens_maxsim(query, probes, step, vectors, cells, offsets + 1)
    with pytest.raises(InvalidInputError, match="between 0 and 1"):
        probed_tokens_maxsim(query, probes, step, vectors, cells, offsets, np.array([2]))
