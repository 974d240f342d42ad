"""MaxSim over the tokens in probed cells: nearly the exact score, for a share of its cost."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int64, UInt16
from trovato.ops import _kernels
from trovato.ops.arguments import check_array, checked_threads
from trovato.ops.late_interaction.centroid_scores import MOST_CELLS
from trovato.ops.late_interaction.exact import checked_kernel, item_bounds
from trovato.ops.late_interaction.probing import Probes
from trovato.ops.vectors.int8 import Int8Vectors, int8_quantize


def probed_tokens_maxsim(
    query: Float32[np.ndarray, "query dim"],
    probes: Probes,
    step: float,
    vectors: Int8Vectors,
    cells: UInt16[np.ndarray, " tokens"],
    offsets: Int64[np.ndarray, " items_plus_1"],
    items: Int64[np.ndarray, " selected"] | None = None,
    threads: int = 1,
    kernel: str | None = None,
) -> Float32[np.ndarray, " scored"]:
    """Score items by the tokens that lie in cells which a query token looks into.

    `s(q, d) = Σ_i max(floor_i, max_j <q_i, d_j>)`, where `j` goes over the tokens of `d` in probed
    cells of `i`: what is not looked at counts for the token's floor, as in WARP (Scheerer et al.
    2025, arXiv 2501.17788), section 4. It is the score of `maxsim` where all cells are probed and
    no best product is below the floor. All kernels give the same scores.

    Parameters
    ----------
    query
        `(query_tokens, dim)`, finite.
    probes, step
        From `choose_probes` and `cell_table` for the same query.
    vectors
        `(tokens, dim)`, the tokens of all items, one item after another.
    cells
        `(tokens,)`: in which cell each of them lies.
    offsets
        `(items + 1,)`: item `i` owns the rows `offsets[i]:offsets[i + 1]`.
    items
        The items to score; all by default.
    threads
        How many threads share the work; scores do not depend on it.
    kernel
        One of `available_kernels()`; the fastest by default.

    Returns
    -------
    numpy.ndarray
        One score per scored item; −∞ for one without tokens.

    Raises
    ------
    InvalidInputError
        If the arrays do not fit each other, the query is not finite, items are out of range,
        `threads` is below 1, or there is no such kernel.
    """
    threads = checked_threads(threads)
    query = np.ascontiguousarray(query)
    check_array("query", query, np.float32, 2)
    check_array("cells", cells, np.uint16, 1)
    if len(query) != len(probes.floors) or query.shape[1:] != vectors.codes.shape[1:]:
        raise InvalidInputError(
            f"probes of {len(probes.floors)} query tokens and vectors of {vectors.codes.shape} do "
            f"not fit a query of shape {query.shape}"
        )
    if len(cells) != len(vectors) or not query.size:
        raise InvalidInputError(
            f"each of {len(vectors)} vectors needs a cell and a component, got {len(cells)} cells "
            f"and a query of shape {query.shape}"
        )
    begins, ends = item_bounds(offsets, items, len(vectors))
    codes = int8_quantize(query)
    scores = np.empty(len(begins), np.float32)
    _kernels.probed_tokens(
        checked_kernel(kernel),
        codes.codes,
        codes.scales,
        (probes.floors * step).astype(np.float32),
        probes.cells,
        probes.counts,
        vectors.codes,
        vectors.scales,
        cells,
        MOST_CELLS,
        begins,
        ends,
        threads,
        scores,
    )
    return scores
