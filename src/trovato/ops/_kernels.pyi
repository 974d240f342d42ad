"""MaxSim kernels, chosen by instruction set at run time, clustering, and ids.

Every entry raises `ValueError` where shapes, ranges or values do not fit each other, `TypeError`
for an array of another type, order or number of dimensions (none is converted), and `MemoryError`.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

def available() -> list[str]:
    """Names of the kernels that this machine runs, fastest first."""

@overload
def maxsim(
    kernel: str,
    query: NDArray[np.float32],
    vectors: NDArray[np.float32] | NDArray[np.uint16],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    threads: int,
    scores: NDArray[np.float32],
    /,
) -> None:
    """Fill `scores`; half precision is passed as its bits."""

@overload
def maxsim(
    kernel: str,
    query: NDArray[np.int8],
    query_scales: NDArray[np.float32],
    vectors: NDArray[np.int8],
    scales: NDArray[np.float32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    threads: int,
    scores: NDArray[np.float32],
    /,
) -> None:
    """Fill `scores`."""

@overload
def best_tokens(
    kernel: str,
    query: NDArray[np.float32],
    vectors: NDArray[np.float32] | NDArray[np.uint16],
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
    /,
) -> None:
    """Fill `rows` and `scores`; half precision is passed as its bits."""

@overload
def best_tokens(
    kernel: str,
    query: NDArray[np.int8],
    query_scales: NDArray[np.float32],
    vectors: NDArray[np.int8],
    scales: NDArray[np.float32],
    rows: NDArray[np.int64],
    best: NDArray[np.float32],
    /,
) -> None:
    """Fill `rows` and `best`."""

def nearest(
    kernel: str,
    vectors: NDArray[np.int8],
    vector_scales: NDArray[np.float32],
    centroids: NDArray[np.int8],
    scales: NDArray[np.float32],
    threads: int,
    rows: NDArray[np.int64],
    products: NDArray[np.float32],
    /,
) -> None:
    """Fill `rows` and `products`."""

def coarse_table(
    kernel: str,
    query: NDArray[np.int8],
    query_scales: NDArray[np.float32],
    centroids: NDArray[np.int8],
    scales: NDArray[np.float32],
    step: float,
    table: NDArray[np.uint8],
    /,
) -> None:
    """Fill `table`, which must be zeroed."""

def coarse_scan(
    kernel: str,
    table: NDArray[np.uint8],
    cells: NDArray[np.uint16],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    threads: int,
    scores: NDArray[np.int32],
    /,
) -> None:
    """Fill `scores`."""

def choose_probes(
    table: NDArray[np.uint8],
    floors: NDArray[np.uint8],
    cells: NDArray[np.uint16],
    worth: NDArray[np.uint8],
    counts: NDArray[np.uint64],
    /,
) -> None:
    """Fill all but `table`; there is the same room for cells and worth of each token."""

def probe(
    kernel: str,
    floors: NDArray[np.uint8],
    cells: NDArray[np.uint16],
    worth: NDArray[np.uint8],
    counts: NDArray[np.uint64],
    items: NDArray[np.uint16],
    item_starts: NDArray[np.int64],
    cells_there_are: int,
    threads: int,
    scores: NDArray[np.int32],
    /,
) -> None:
    """Add to `scores`, which must be zeroed."""

def probed_tokens(
    kernel: str,
    query: NDArray[np.int8],
    query_scales: NDArray[np.float32],
    floors: NDArray[np.float32],
    probed: NDArray[np.uint16],
    counts: NDArray[np.uint64],
    vectors: NDArray[np.int8],
    scales: NDArray[np.float32],
    cells: NDArray[np.uint16],
    cells_there_are: int,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    threads: int,
    scores: NDArray[np.float32],
    /,
) -> None:
    """Fill `scores`."""

def maxsim_residual(
    kernel: str,
    query: NDArray[np.int8],
    query_scales: NDArray[np.float32],
    packed: NDArray[np.uint8],
    cells: NDArray[np.uint16],
    centroids: NDArray[np.int16],
    levels: NDArray[np.int16],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    threads: int,
    scores: NDArray[np.float32],
    /,
) -> None:
    """Fill `scores`."""

def decode_residuals(
    kernel: str,
    packed: NDArray[np.uint8],
    cells: NDArray[np.uint16],
    centroids: NDArray[np.int8],
    centroid_scales: NDArray[np.float32],
    levels: NDArray[np.float32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    starts: NDArray[np.int64],
    threads: int,
    codes: NDArray[np.int8],
    scales: NDArray[np.float32],
    /,
) -> None:
    """Fill `codes` and `scales`."""

def int8_quantize(
    values: NDArray[np.float32],
    codes: NDArray[np.int8],
    scales: NDArray[np.float32],
    /,
) -> bool:
    """Fill `codes` and `scales`; whether all values are finite."""

def choose_rows(
    offsets: NDArray[np.int64],
    items: NDArray[np.int64],
    rows: int,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    /,
) -> int:
    """Fill `begins` and `ends`; 1 where an item is out of range, 2 where its rows are, else 0."""

def elastic_net(
    offsets: NDArray[np.int64],
    columns: NDArray[np.int32],
    values: NDArray[np.float32],
    first: int,
    last: int,
    l1: float,
    l2: float,
    sweeps: int,
    tolerance: float,
    weights: NDArray[np.float32],
    /,
) -> None:
    """Fill `weights` of the variables `first` to before `last`, where their rows have values."""

def ward(
    vectors: NDArray[np.float32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    costs: NDArray[np.float64],
    /,
) -> None:
    """Fill `left`, `right` and `costs`: the merges of one item's unit vectors."""

def count_ids(
    entries: NDArray[np.uint64],
    ids: NDArray[np.uint32],
    counts: NDArray[np.int64],
    /,
) -> int:
    """Add to `counts`; how many ids are not known."""

def find_ids(
    entries: NDArray[np.uint64],
    ids: NDArray[np.uint32],
    places: NDArray[np.int32],
    /,
) -> None:
    """Fill `places`."""

def known_ids(
    entries: NDArray[np.uint64],
    ids: NDArray[np.uint32],
    is_known: NDArray[np.uint8],
    /,
) -> None:
    """Fill `is_known` with 0 and 1."""

def index_ids(entries: NDArray[np.uint64], ids: NDArray[np.uint32], /) -> None:
    """Fill zeroed entries with rising ids."""

def mark_ids(words: NDArray[np.uint64], ids: NDArray[np.uint32], /) -> None:
    """Set the bit of each id; every id has its word."""

def last_slots(
    entries: NDArray[np.uint64],
    ids: NDArray[np.uint32],
    starts: NDArray[np.int64],
    following: NDArray[np.int64],
    slots: NDArray[np.int64],
    /,
) -> None:
    """Fill `slots` and add to `following`."""

def scatter(
    slots: NDArray[np.int64],
    values: NDArray[np.unsignedinteger[Any]],
    target: NDArray[np.unsignedinteger[Any]],
    /,
) -> bool:
    """Fill `target` but for slots below 0; whether every slot lay in it."""

def meet_words(
    similarity: NDArray[np.float32],
    tokens: NDArray[np.int32],
    words: NDArray[np.int32],
    floor: float,
    met: NDArray[np.float32],
    /,
) -> None:
    """Fill `met`; `tokens` and `words` are spans."""

def best_passages(
    met: NDArray[np.float32],
    width: int,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    scores: NDArray[np.float64],
    /,
) -> int:
    """Fill the beginning of `starts`, `ends` and `scores`; how many were found."""

def span_scores(
    met: NDArray[np.float32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    scores: NDArray[np.float64],
    /,
) -> None:
    """Fill `scores`."""

def top_postings(
    documents: NDArray[np.uint32],
    counts: NDArray[np.uint32],
    lengths: NDArray[np.uint32],
    wanted: NDArray[np.uint8],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    idf: NDArray[np.float64],
    most: NDArray[np.int64],
    settings: NDArray[np.float64],
    scored: NDArray[np.uint32],
    scores: NDArray[np.int64],
    k: int,
    floor: int,
    /,
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Documents and scores of the best, in no order; `settings` are 3 weights, k1 and 2 lengths."""
