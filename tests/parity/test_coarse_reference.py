"""The coarse scan against slow, plain twins in NumPy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, generator
from trovato.ops import (
    CellLists,
    available_kernels,
    border_of,
    cell_table,
    coarse_maxsim,
    int8_quantize,
    nearest,
)
from trovato.testing.conformance.storage.store import unit_vectors

KERNELS = available_kernels()


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("tokens", "cells", "dim"), [(1, 1, 1), (65, 13, 16), (200, 300, 131)])
def test_nearest_is_the_largest_product_and_the_lowest_at_a_tie(
    kernel: str, tokens: int, cells: int, dim: int
) -> None:
    random = generator(tokens, "nearest twin")
    vectors = int8_quantize(unit_vectors(random, tokens, dim))
    given_twice = unit_vectors(random, cells, dim)
    given_twice[cells // 2 :] = given_twice[: cells - cells // 2]
    centroids = int8_quantize(given_twice)
    dots = vectors.codes.astype(np.int64) @ centroids.codes.T.astype(np.int64)
    slow = dots.astype(np.float32) * centroids.scales
    for threads in (1, 3):
        found, products = nearest(vectors, centroids, threads, kernel)
        assert found.tolist() == slow.argmax(axis=1).tolist()
        np.testing.assert_allclose(products, slow.max(axis=1) * vectors.scales, rtol=1e-6)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("tokens", [1, 4, 16, 31, 32, 33, 64, 70])
def test_the_table_holds_rounded_products(kernel: str, tokens: int) -> None:
    random = generator(tokens, "table twin")
    query = unit_vectors(random, tokens, 24) * np.float32(3)
    centroids = int8_quantize(unit_vectors(random, 27, 24))
    table, step = cell_table(query, centroids, kernel)
    products = int8_quantize(query).dequantise() @ centroids.dequantise().T
    assert step == pytest.approx(3 / 255, rel=1e-5)
    for token in range(table.shape[0] * 32):
        row = table[token // 32, :, token % 32]
        if token >= tokens:
            assert not row.any()
        else:
            np.testing.assert_allclose(row, np.clip(products[token] / step, 0, 255), atol=0.501)


def slow_scores(table: np.ndarray, lists: CellLists) -> list[int]:
    scores = []
    for start, end in pairwise(lists.offsets):
        chosen = table[:, lists.cells[start:end]].astype(np.int64)
        scores.append(int(chosen.max(axis=1).sum()) if end > start else -1)
    return scores


@given(
    lengths=st.lists(st.integers(0, 9), max_size=12),
    tokens=st.sampled_from([1, 31, 32, 33, 65]),
    seed=st.integers(0, 9),
)
def test_coarse_scores_are_sums_of_the_largest_entries(
    lengths: list[int], tokens: int, seed: int
) -> None:
    random = generator(seed, "coarse twin")
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    cells = random.integers(0, 40, int(offsets[-1]))
    lists = CellLists.of(cells, offsets, 40)
    for item, (start, end) in enumerate(pairwise(offsets)):
        own = lists.cells[lists.offsets[item] : lists.offsets[item + 1]]
        assert own.tolist() == sorted(set(cells[start:end].tolist()))
    table = random.integers(0, 256, (-(-tokens // 32), 40, 32)).astype(np.uint8)
    wanted = slow_scores(table, lists)
    all_tokens = CellLists(cells.astype(np.uint16), offsets, 40)
    for kernel in KERNELS:
        for threads in (1, 2):
            assert coarse_maxsim(table, lists, None, threads, kernel).tolist() == wanted
        assert coarse_maxsim(table, all_tokens, kernel=kernel).tolist() == wanted
    chosen = random.permutation(len(lengths))[: len(lengths) // 2]
    some = coarse_maxsim(table, lists, chosen.astype(np.int64))
    assert some.tolist() == [wanted[item] for item in chosen]


@given(scores=st.lists(st.integers(-1, 300), min_size=1), count=st.integers(1, 60))
def test_the_border_is_the_score_of_that_rank(scores: list[int], count: int) -> None:
    wanted = sorted(scores, reverse=True)[min(count, len(scores)) - 1]
    assert border_of(np.array(scores, np.int32), count) == wanted


def test_what_does_not_fit_is_refused() -> None:
    random = generator(0, "coarse refused")
    centroids = int8_quantize(unit_vectors(random, 5, 8))
    with pytest.raises(InvalidInputError, match="below 5, got 7"):
        CellLists(np.array([1, 7], np.uint16), np.array([0, 2]), 5)
    lists = CellLists(np.array([1, 2], np.uint16), np.array([0, 2]), 5)
    table, _ = cell_table(unit_vectors(random, 2, 8), int8_quantize(unit_vectors(random, 4, 8)))
    with pytest.raises(InvalidInputError, match="5 cells, the table has 4"):
        coarse_maxsim(table, lists)
    with pytest.raises(InvalidInputError, match="one dimension"):
        cell_table(unit_vectors(random, 2, 9), centroids)
    with pytest.raises(InvalidInputError, match="dimension"):
        nearest(int8_quantize(unit_vectors(random, 2, 9)), centroids)
    with pytest.raises(InvalidInputError, match="'abacus'"):
        coarse_maxsim(cell_table(unit_vectors(random, 2, 8), centroids)[0], lists, kernel="abacus")
