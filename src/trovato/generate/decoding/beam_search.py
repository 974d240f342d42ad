"""Beam search over the ids that there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int64
from trovato.index.trie import IdTrie

# From the query of each row and the codes written so far to scores of all codes of the next level.
NextScores = Callable[
    [Int64[np.ndarray, " rows"], Int64[np.ndarray, "rows depth"]],
    Float32[np.ndarray, "rows codes"],
]


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """Ids by query: by falling log probability, ties by rising id.

    Parameters
    ----------
    queries
        The query of each id, rising.
    ids
        Whole ids; no two of a query are equal, and each is that of some item.
    log_probabilities
        Of each id.
    """

    queries: Int64[np.ndarray, " found"]
    ids: Int64[np.ndarray, "found levels"]
    log_probabilities: Float32[np.ndarray, " found"]


def beam_search(next_scores: NextScores, trie: IdTrie, queries: int, beams: int) -> Decoded:
    """The most probable ids of each query that a search of so many beams finds.

    A code's probability is the softmax over the codes that follow its prefix in the id of some
    item; others have none. With as many beams as ids this is the exact order.

    Parameters
    ----------
    next_scores
        The model.
    trie
        The ids that there are.
    queries
        How many.
    beams
        Prefixes that are kept for each query at each level.

    Raises
    ------
    InvalidInputError
        If there are no beams, or scores have another shape than rows × codes.
    """
    if beams < 1:
        raise InvalidInputError(f"beams must be at least 1, got {beams}")
    rows, written = np.arange(queries), np.zeros((queries, 0), np.int64)
    totals = np.zeros(queries, np.float32)
    for size in trie.sizes:
        scores = next_scores(rows, written)
        if scores.shape != (len(rows), size):
            raise InvalidInputError(
                f"scores of {len(rows)} rows and {size} codes were wanted, got {scores.shape}"
            )
        parents, codes = _distinct(*trie.children(written), size)
        totals = totals[parents] + _log_softmax(scores[parents, codes], parents, len(rows))
        rows, written = rows[parents], np.concatenate([written[parents], codes[:, None]], axis=1)
        kept = np.sort(_first(rows, np.lexsort((np.arange(len(rows)), -totals, rows)), beams))
        rows, written, totals = rows[kept], written[kept], totals[kept]
    order = np.lexsort((np.arange(len(rows)), -totals, rows))
    return Decoded(rows[order], written[order], totals[order])


def _distinct(
    parents: Int64[np.ndarray, " edges"], codes: Int64[np.ndarray, " edges"], size: int
) -> tuple[Int64[np.ndarray, " different"], Int64[np.ndarray, " different"]]:
    """Each pair once; pairs come sorted."""
    keys = parents * size + codes
    new = np.ones(len(keys), bool)
    new[1:] = keys[1:] != keys[:-1]
    return parents[new], codes[new]


def _log_softmax(
    scores: Float32[np.ndarray, " edges"], parents: Int64[np.ndarray, " edges"], rows: int
) -> Float32[np.ndarray, " edges"]:
    """Over the edges of each parent, which come together."""
    starts = np.searchsorted(parents, np.arange(rows))
    scores = scores - np.maximum.reduceat(scores, starts)[parents]
    found: Float32[np.ndarray, " edges"] = (
        scores - np.log(np.add.reduceat(np.exp(scores), starts))[parents]
    )
    return found


def _first(
    queries: Int64[np.ndarray, " rows"], order: Int64[np.ndarray, " rows"], most: int
) -> Int64[np.ndarray, " kept"]:
    """The first rows of each query in an order that keeps queries together."""
    ordered = queries[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept: Int64[np.ndarray, " kept"] = order[rank < most]
    return kept
