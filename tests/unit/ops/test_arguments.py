"""Arguments that kernels once took without a word, or died of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.ops import (
    CellLists,
    Postings,
    Probes,
    ResidualCodec,
    SortedIdSet,
    coarse_maxsim,
    int8_quantize,
    maxsim,
    nearest,
    probed_maxsim,
    scatter,
    spherical_kmeans,
)

VALUES = generator(0, "arguments").standard_normal((12, 4), dtype=np.float32)
VECTORS = int8_quantize(VALUES)
OFFSETS = np.array([0, 5, 12])
LISTS = CellLists(np.array([1, 0], np.uint16), np.array([0, 1, 2]), 2)
PROBES = Probes(
    np.ones(1, np.uint8), np.array([[1]], np.uint16), np.full((1, 1), 9, np.uint8), np.ones(1, "u8")
)
CODEC = ResidualCodec.fit(VECTORS[:3], VECTORS, 2)
IDS = np.arange(10, dtype=np.uint32)

SHARED: dict[str, Callable[[int], object]] = {
    "maxsim": lambda threads: maxsim(VALUES, VECTORS, OFFSETS, threads=threads),
    "nearest": lambda threads: nearest(VECTORS, VECTORS, threads),
    "coarse_maxsim": lambda threads: coarse_maxsim(
        np.ones((1, 2, 32), np.uint8), LISTS, threads=threads
    ),
    "probed_maxsim": lambda threads: probed_maxsim(PROBES, Postings.of(LISTS), threads),
    "spherical_k_means": lambda threads: spherical_kmeans(VECTORS, 2, threads=threads),
    "decode": lambda threads: CODEC.encode(VECTORS).decode(OFFSETS[:-1], OFFSETS[1:], threads),
}


@pytest.mark.parametrize("threads", [0, -1])
@pytest.mark.parametrize("name", SHARED)
def test_threads_below_one(name: str, threads: int) -> None:
    with pytest.raises(InvalidInputError, match=f"threads must .* got {threads}"):
        SHARED[name](threads)


@pytest.mark.parametrize("threads", [1 << 60, (1 << 64) - 1, 10**30])
@pytest.mark.parametrize("name", SHARED)
def test_more_threads_than_there_can_be(name: str, threads: int) -> None:
    SHARED[name](threads)


def test_results_are_not_written_to_a_copy() -> None:
    known, strided = SortedIdSet(IDS), np.zeros(20, np.int64)[::2]
    places = np.arange(10)
    for write in (
        lambda: known.count(IDS, strided),
        lambda: known.last_slots(IDS, places, strided),
        lambda: scatter(places, places, strided),
    ):
        with pytest.raises(InvalidInputError, match="C order"):
            write()
    assert not strided.any()
    closed = np.zeros(10, np.int64)
    closed.setflags(write=False)
    with pytest.raises(InvalidInputError, match="read-only"):
        scatter(places, places, closed)


def test_ids_with_strides_are_read() -> None:
    assert SortedIdSet(IDS).places(IDS[::2]).tolist() == [0, 2, 4, 6, 8]


def test_postings_that_do_not_rise() -> None:
    with pytest.raises(InvalidInputError, match="rise"):
        Postings(np.zeros(2, np.uint16), np.array([0, 3, 2]), 2, 2)


def test_ranges_that_do_not_rise() -> None:
    with pytest.raises(InvalidInputError, match="rise"):
        CODEC.encode(VECTORS).decode(np.array([0, 5]), np.array([9, 3]))
