"""Probed scores against the scan of cell lists over a table that is clipped at the floors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import (
    CellLists,
    Postings,
    available_kernels,
    cell_table,
    choose_probes,
    coarse_maxsim,
    int8_quantize,
    l2_normalize,
    probed_maxsim,
)

CELLS = 90


def table_of(tokens: int, random: np.random.Generator) -> np.ndarray:
    centroids = int8_quantize(l2_normalize(random.standard_normal((CELLS, 24), dtype=np.float32)))
    query = l2_normalize(random.standard_normal((tokens, 24), dtype=np.float32))
    return cell_table(query, centroids)[0]


def lists_of(lengths: np.ndarray, random: np.random.Generator) -> CellLists:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return CellLists.of(random.integers(0, CELLS, int(offsets[-1])), offsets, CELLS)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(1, 70),
    st.integers(1, 40),
    st.integers(1, CELLS + 5),
    st.sampled_from(available_kernels()),
    st.integers(1, 3),
)
def test_what_is_not_probed_counts_as_the_floor(
    seed: int, tokens: int, items: int, count: int, kernel: str, threads: int
) -> None:
    random = np.random.default_rng(seed)
    table = table_of(tokens, random)
    lists = lists_of(random.integers(1, 30, items), random)
    probes = choose_probes(table, tokens, count)
    clipped = table.copy()
    for token, floor in enumerate(probes.floors.tolist()):
        column, lane = divmod(token, 32)
        values = table[column, :, lane]
        taken = slice(int(probes.counts[token]))
        # The cells above the floor, no more than wanted, and none could be added.
        assert probes.cells[token, taken].tolist() == np.flatnonzero(values > floor).tolist()
        assert probes.worth[token, taken].tolist() == values[values > floor].tolist()
        assert probes.counts[token] <= count
        assert floor == 0 or (values >= floor).sum() > count
        clipped[column, :, lane] = np.maximum(values, floor)
    back = Postings.of(lists).lists()
    assert back.cells.tolist() == lists.cells.tolist()
    assert back.offsets.tolist() == lists.offsets.tolist()
    found = probed_maxsim(probes, Postings.of(lists), threads, kernel)
    assert found.tolist() == coarse_maxsim(clipped, lists).tolist()
    everything = choose_probes(table, tokens, CELLS)
    assert (
        probed_maxsim(everything, Postings.of(lists), threads, kernel).tolist()
        == coarse_maxsim(table, lists).tolist()
    )


def test_items_beyond_a_block_are_found() -> None:
    random = np.random.default_rng(5)
    lists = lists_of(random.integers(0, 3, 140_000), random)
    postings = Postings.of(lists)
    assert np.array_equal(postings.lists().cells, lists.cells)
    assert np.array_equal(postings.lists().offsets, lists.offsets)
    assert len(postings.starts) == 3 * CELLS + 1
    table = table_of(5, random)
    found = probed_maxsim(choose_probes(table, 5, CELLS), postings)
    scanned = coarse_maxsim(table, lists)
    assert np.array_equal(found, np.maximum(scanned, 0))  # −1 for an item without cells


def test_no_items_have_no_scores() -> None:
    lists = lists_of(np.zeros(0, np.int64), np.random.default_rng(1))
    table = table_of(2, np.random.default_rng(1))
    assert len(probed_maxsim(choose_probes(table, 2, 4), Postings.of(lists))) == 0


def test_what_does_not_fit_is_refused() -> None:
    random = np.random.default_rng(2)
    table = table_of(3, random)
    with pytest.raises(InvalidInputError, match="at least 1 cell"):
        choose_probes(table, 3, 0)
    with pytest.raises(InvalidInputError, match="1 to 32 tokens"):
        choose_probes(table, 33, 4)
    other = CellLists(np.zeros(2, np.uint16), np.array([0, 2]), 1)
    with pytest.raises(InvalidInputError, match="same centroids"):
        probed_maxsim(choose_probes(table, 3, CELLS), Postings.of(other))
    with pytest.raises(InvalidInputError, match="starts"):
        Postings(np.zeros(2, np.uint16), np.array([0, 1]), 1, 1)
