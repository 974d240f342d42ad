"""A coarse look at MaxSim: each token stands for the centroid it is nearest to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int32, Int64, UInt8, UInt16
from trovato.ops import _kernels
from trovato.ops.arguments import check_array, checked_threads
from trovato.ops.late_interaction.exact import checked_kernel, item_bounds
from trovato.ops.vectors.int8 import Int8Vectors, int8_quantize

# A cell is stored as 16 bits.
MOST_CELLS = 1 << 16
_CACHE_LINE = 64  # bytes
COLUMN = 32  # query tokens that share a row of the table


@dataclass(frozen=True, slots=True, eq=False)
class CellLists:
    """The cells in which the tokens of each item lie.

    Parameters
    ----------
    cells
        Cells of all items, one item after another. One that an item holds twice counts once.
    offsets
        `(items + 1,)`: item `i` owns `cells[offsets[i]:offsets[i + 1]]`.
    count
        How many cells there are, at most `MOST_CELLS`.

    Raises
    ------
    InvalidInputError
        If a cell is not below `count`, offsets do not rise within the cells, or an array is of
        another type or not in C order.
    """

    cells: UInt16[np.ndarray, " tokens"]
    offsets: Int64[np.ndarray, " items_plus_1"]
    count: int

    def __post_init__(self) -> None:
        check_array("cells", self.cells, np.uint16, 1)
        item_bounds(self.offsets, None, len(self.cells))
        largest = int(self.cells.max(initial=0))
        if largest >= max(self.count, 1):
            raise InvalidInputError(
                f"cells must be below {self.count}, got {largest}: they belong to other centroids"
            )

    @staticmethod
    def of(
        cells: Int64[np.ndarray, " tokens"] | UInt16[np.ndarray, " tokens"],
        offsets: Int64[np.ndarray, " items_plus_1"],
        count: int,
    ) -> CellLists:
        """Keep each cell of an item once, rising: all that a coarse score depends on."""
        owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        distinct = np.unique(owner * MOST_CELLS + cells)
        starts = np.searchsorted(distinct, np.arange(len(offsets)) * MOST_CELLS)
        return CellLists((distinct % MOST_CELLS).astype(np.uint16), starts.astype(np.int64), count)


def nearest(
    vectors: Int8Vectors, centroids: Int8Vectors, threads: int = 1, kernel: str | None = None
) -> tuple[Int64[np.ndarray, " tokens"], Float32[np.ndarray, " tokens"]]:
    """Find the centroid with which each vector has the largest dot product.

    Parameters
    ----------
    vectors
        `(tokens, dim)`.
    centroids
        `(cells, dim)`, at least one.
    threads
        How many threads share the work; results do not depend on it.
    kernel
        One of `available_kernels()`; the fastest by default.

    Returns
    -------
    cell, product
        `(tokens,)` each; of equal products the lowest cell.

    Raises
    ------
    InvalidInputError
        If dimensions differ, there is no centroid, `threads` is below 1, or there is no such
        kernel.

    Examples
    --------
    >>> import numpy as np
    >>> vectors = int8_quantize(np.eye(3, dtype=np.float32))
    >>> nearest(vectors, vectors)[0].tolist()
    [0, 1, 2]
    """
    threads = checked_threads(threads)
    if not len(centroids) or centroids.codes.shape[1] != vectors.codes.shape[1]:
        raise InvalidInputError(
            f"centroids must be at least one and have the vectors' dimension, got "
            f"{centroids.codes.shape} for vectors of {vectors.codes.shape}"
        )
    cells, products = np.zeros(len(vectors), np.int64), np.zeros(len(vectors), np.float32)
    _kernels.nearest(
        checked_kernel(kernel),
        vectors.codes,
        vectors.scales,
        centroids.codes,
        centroids.scales,
        threads,
        cells,
        products,
    )
    return cells, products


def cell_table(
    query: Float32[np.ndarray, "query dim"], centroids: Int8Vectors, kernel: str | None = None
) -> tuple[UInt8[np.ndarray, "columns cells 32"], float]:
    """What each cell is worth to each query token, in one byte.

    Parameters
    ----------
    query
        `(query_tokens, dim)`, finite, at least one token.
    centroids
        `(cells, dim)`, unit vectors.
    kernel
        One of `available_kernels()`; the fastest by default.

    Returns
    -------
    table, step
        Entry `[i // 32, cell, i % 32]` times `step` is the dot product of query token `i` and that
        centroid, rounded; one below 0 is 0. `step` is a 255th of the longest query token. Lanes
        beyond the last token are 0.

    Raises
    ------
    InvalidInputError
        If dimensions differ, the query is not of finite floats, or there is no such kernel.
    """
    query = np.ascontiguousarray(query)
    check_array("query", query, np.float32, 2)
    if query.shape[1] != centroids.codes.shape[1] or not len(query) or not len(centroids):
        raise InvalidInputError(
            f"query and centroids must not be empty and have one dimension, got {query.shape} and "
            f"{centroids.codes.shape}"
        )
    codes = int8_quantize(query)
    # No length is 0 steps: a query of zeros would divide by it.
    step = max(float(np.linalg.norm(query, axis=1).max()), float(np.finfo(np.float32).tiny)) / 255
    table = _aligned((-(-len(query) // COLUMN), len(centroids), COLUMN))
    _kernels.coarse_table(
        checked_kernel(kernel),
        codes.codes,
        codes.scales,
        centroids.codes,
        centroids.scales,
        step,
        table,
    )
    return table, step


def coarse_maxsim(
    table: UInt8[np.ndarray, "columns cells 32"],
    lists: CellLists,
    items: Int64[np.ndarray, " selected"] | None = None,
    threads: int = 1,
    kernel: str | None = None,
) -> Int32[np.ndarray, " scored"]:
    """Score items by MaxSim over the centroids of their tokens, in steps of the table.

    The centroid interaction of PLAID (Santhanam et al. 2022), section 3.2, without pruning. All
    kernels give the same scores.

    Parameters
    ----------
    table
        From `cell_table`.
    lists
        The cells of each item.
    items
        The items to score; all by default.
    threads
        How many threads share the work; results do not depend on it.
    kernel
        One of `available_kernels()`; the fastest by default.

    Returns
    -------
    numpy.ndarray
        One score per scored item; −1 for one without cells.

    Raises
    ------
    InvalidInputError
        If the table has other cells, items are out of range, `threads` is below 1, or there is no
        such kernel.
    """
    threads = checked_threads(threads)
    check_table(table)
    if table.shape[1] != lists.count:
        raise InvalidInputError(
            f"the items lie in {lists.count} cells, the table has {table.shape[1]}: make it from "
            "the same centroids"
        )
    begins, ends = item_bounds(lists.offsets, items, len(lists.cells))
    scores = np.empty(len(begins), np.int32)
    name = checked_kernel(kernel)
    _kernels.coarse_scan(name, table, lists.cells, begins, ends, threads, scores)
    return scores


def check_table(table: UInt8[np.ndarray, "columns cells 32"]) -> None:
    """Refuse what is no table of `cell_table`."""
    check_array("table", table, np.uint8, 3)
    if table.shape[2] != COLUMN:
        raise InvalidInputError(
            f"a table has {COLUMN} query tokens to a column, got shape {table.shape}: make it by "
            "cell_table"
        )


def border_of(scores: Int32[np.ndarray, " scored"], count: int) -> int:
    """The `count`-th largest coarse score, or the least where there are fewer.

    Scores are few different whole numbers, so they are counted, not sorted.

    Parameters
    ----------
    scores
        From `coarse_maxsim`: at least −1.
    count
        At least 1.
    """
    reached = np.bincount(scores + 1)[::-1].cumsum()
    place = int(np.searchsorted(reached, min(count, len(scores))))
    return len(reached) - 2 - place


def _aligned(shape: tuple[int, ...]) -> UInt8[np.ndarray, "columns cells 32"]:
    """Zeroed bytes that start on a cache line, so that no row of a table lies on two."""
    size = int(np.prod(shape))
    memory = np.zeros(size + _CACHE_LINE, np.uint8)
    start = -memory.ctypes.data % _CACHE_LINE
    return memory[start : start + size].reshape(shape)
