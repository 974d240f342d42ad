"""The coarse look at MaxSim, where only the cells near to a query token are looked into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int32, Int64, UInt8, UInt16, UInt64
from trovato.ops import _kernels
from trovato.ops.arguments import check_array, checked_threads
from trovato.ops.late_interaction.centroid_scores import (
    COLUMN,
    CellLists,
    cell_table,
    check_table,
    coarse_maxsim,
)
from trovato.ops.late_interaction.exact import checked_kernel
from trovato.ops.vectors.int8 import Int8Vectors

# Items of a block are numbered in 16 bits.
BLOCK_ITEMS = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The items that lie in each cell: cell lists the other way round.

    Parameters
    ----------
    items
        Items of each block of 65,536 and each cell, counted from the block's first, rising.
    starts
        `(blocks * cells + 1,)`: cell `c` of block `b` owns `items` from `starts[b * cells + c]` to
        before the next start.
    count
        How many items there are.
    cells
        How many cells there are.

    Raises
    ------
    InvalidInputError
        If `starts` does not rise or does not fit the numbers of items and cells, or an array is of
        another type or not in C order.
    """

    items: UInt16[np.ndarray, " postings"]
    starts: Int64[np.ndarray, " starts"]
    count: int
    cells: int

    def __post_init__(self) -> None:
        check_array("items", self.items, np.uint16, 1)
        check_array("starts", self.starts, np.int64, 1)
        blocks = -(-self.count // BLOCK_ITEMS)
        if len(self.starts) != blocks * self.cells + 1 or self.starts[-1] != len(self.items):
            raise InvalidInputError(
                f"postings of {self.count} items in {self.cells} cells need "
                f"{blocks * self.cells + 1} starts that end at {len(self.items)}, got "
                f"{len(self.starts)} that end at {self.starts[-1:]}"
            )
        if self.starts[0] < 0 or bool(np.any(self.starts[1:] < self.starts[:-1])):
            raise InvalidInputError("starts of postings must rise from 0: turn cell lists round")

    @staticmethod
    def of(lists: CellLists) -> Postings:
        """Turn cell lists round."""
        count = len(lists.offsets) - 1
        items, lengths = [np.zeros(0, np.uint16)], [np.zeros(1, np.int64)]
        for first in range(0, count, BLOCK_ITEMS):
            offsets = lists.offsets[first : first + BLOCK_ITEMS + 1]
            owners = np.repeat(np.arange(len(offsets) - 1).astype(np.uint16), np.diff(offsets))
            cells = lists.cells[offsets[0] : offsets[-1]]
            items.append(owners[np.argsort(cells, kind="stable")])
            lengths.append(np.bincount(cells, minlength=lists.count))
        starts = np.cumsum(np.concatenate(lengths)).astype(np.int64)
        return Postings(np.concatenate(items), starts, count, lists.count)

    def lists(self) -> CellLists:
        """Turned back: the cells of each item, rising."""
        cells, lengths = [np.zeros(0, np.uint16)], [np.zeros(1, np.int64)]
        for block, first in enumerate(range(0, self.count, BLOCK_ITEMS)):
            starts = self.starts[block * self.cells : (block + 1) * self.cells + 1]
            items = self.items[starts[0] : starts[-1]]
            owners = np.repeat(np.arange(self.cells).astype(np.uint16), np.diff(starts))
            cells.append(owners[np.argsort(items, kind="stable")])
            lengths.append(np.bincount(items, minlength=min(self.count - first, BLOCK_ITEMS)))
        offsets = np.cumsum(np.concatenate(lengths)).astype(np.int64)
        return CellLists(np.concatenate(cells), offsets, self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class Probes:
    """The cells that a query looks into.

    Parameters
    ----------
    floors
        `(query_tokens,)` what any other cell counts for, in steps of the table.
    cells, worth
        `(query_tokens, most)` cells that are worth more to a token, rising, and how much.
    counts
        `(query_tokens,)` how many cells of each row there are.

    Raises
    ------
    InvalidInputError
        If there is no token, the arrays do not fit each other, or one is of another type or not in
        C order.
    """

    floors: UInt8[np.ndarray, " query"]
    cells: UInt16[np.ndarray, "query most"]
    worth: UInt8[np.ndarray, "query most"]
    counts: UInt64[np.ndarray, " query"]

    def __post_init__(self) -> None:
        check_array("floors", self.floors, np.uint8, 1)
        check_array("cells", self.cells, np.uint16, 2)
        check_array("worth", self.worth, np.uint8, 2)
        check_array("counts", self.counts, np.uint64, 1)
        tokens, most = self.cells.shape
        if (
            self.worth.shape != self.cells.shape
            or not tokens == len(self.floors) == len(self.counts) > 0
            or int(self.counts.max()) > most
        ):
            raise InvalidInputError(
                f"each query token needs a floor, a count, and cells with their worth, at least as "
                f"many as it counts; got floors {self.floors.shape}, counts {self.counts.shape} up "
                f"to {self.counts.max(initial=0)}, cells {self.cells.shape} and worth "
                f"{self.worth.shape}"
            )


def choose_probes(table: UInt8[np.ndarray, "columns cells 32"], tokens: int, count: int) -> Probes:
    """The cells that are worth most to each query token.

    Those that are worth more than the best cell left out, whose worth is the token's floor. So all
    cells of equal worth are taken or none, and `count` cells at most.

    Parameters
    ----------
    table
        From `cell_table`.
    tokens
        Of the query: lanes of the table that are used.
    count
        At least 1.

    Raises
    ------
    InvalidInputError
        If `count` is below 1, the table has fewer lanes than tokens, or it is none.
    """
    check_table(table)
    if count < 1 or not 0 < tokens <= table.shape[0] * table.shape[2]:
        raise InvalidInputError(
            f"a table of shape {table.shape} is probed for 1 to {table.shape[0] * 32} tokens and "
            f"at least 1 cell each, got {tokens} and {count}"
        )
    count = min(count, table.shape[1])
    floors, counts = np.empty(tokens, np.uint8), np.empty(tokens, np.uint64)
    cells = np.zeros((tokens, count), np.uint16)
    worth = np.zeros((tokens, count), np.uint8)
    _kernels.choose_probes(table, floors, cells.reshape(-1), worth.reshape(-1), counts)
    return Probes(floors, cells, worth, counts)


class CandidateScorer:
    """What a query sees of items by their cells alone, in whichever way these are listed.

    Parameters
    ----------
    query
        `(query_tokens, dim)`.
    centroids
        `(cells, dim)`.
    probes
        Cells that each query token looks into, at least 1.

    Attributes
    ----------
    probes, step
        The cells that were chosen, and what one step of their worth is.
    """

    def __init__(
        self, query: Float32[np.ndarray, "query dim"], centroids: Int8Vectors, probes: int
    ) -> None:
        self._table, self.step = cell_table(query, centroids)
        self.probes = choose_probes(self._table, len(query), probes)

    @cached_property
    def _clipped(self) -> UInt8[np.ndarray, "columns cells 32"]:
        """The table, in which no cell is worth less than the floor of a token."""
        floors = np.zeros(self._table.shape[0] * COLUMN, np.uint8)
        floors[: len(self.probes.floors)] = self.probes.floors
        clipped: UInt8[np.ndarray, "columns cells 32"] = np.maximum(
            self._table, floors.reshape(-1, 1, COLUMN)
        )
        return clipped

    def scores(
        self,
        cells: CellLists | Postings,
        items: Int64[np.ndarray, " selected"] | None = None,
        threads: int = 1,
    ) -> Int32[np.ndarray, " scored"]:
        """Coarse scores of items, all by default: see `probed_maxsim`."""
        if isinstance(cells, Postings):
            found = probed_maxsim(self.probes, cells, threads)
            return found if items is None else found[items]
        return coarse_maxsim(self._clipped, cells, items, threads)


def probed_maxsim(
    probes: Probes, postings: Postings, threads: int = 1, kernel: str | None = None
) -> Int32[np.ndarray, " items"]:
    """Score items by MaxSim over the probed cells of their tokens, in steps of the table.

    An item that has no token in a probed cell gets the token's floor, as if it were in the best
    cell that was left out, like the missing similarities of WARP (Scheerer et al. 2025, arXiv
    2501.17788). So the score is that of `coarse_maxsim` over a table in which nothing is below the
    floors, and equal to it where all cells are probed. An item without tokens gets all floors.

    Parameters
    ----------
    probes
        From `choose_probes`.
    postings
        Items by cell.
    threads
        How many threads share the work; results do not depend on it.
    kernel
        One of `available_kernels()`; the fastest by default.

    Raises
    ------
    InvalidInputError
        If a probed cell is not one of the postings', `threads` is below 1, or there is no such
        kernel.
    """
    threads = checked_threads(threads)
    if int(probes.cells.max(initial=0)) >= max(postings.cells, 1):
        raise InvalidInputError(
            f"the items lie in {postings.cells} cells, cell {probes.cells.max()} is probed: choose "
            "probes from a table of the same centroids"
        )
    scores = np.zeros(postings.count, np.int32)
    _kernels.probe(
        checked_kernel(kernel),
        probes.floors,
        probes.cells.reshape(-1),
        probes.worth.reshape(-1),
        probes.counts,
        postings.items,
        postings.starts,
        postings.cells,
        threads,
        scores,
    )
    return scores
