"""How well two linked nodes together meet all parts of a question.

Source: LILaC (Yun, Lee and Han 2025, section 3.3): `s(e) = Σ_q max_{c ∈ A ∪ B} sim(c, q)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from trovato.core.shapes import Float32, Int64

# An edge is worth no more than one of its ends where it adds less than this share.
ONE_SIDED = 1e-6

# Similarities that are held for the edges that are scored together: 16 MB.
_TILE = 1 << 22


def segment_max(
    values: Float32[np.ndarray, "rows columns"], offsets: Int64[np.ndarray, " segments_plus_1"]
) -> Float32[np.ndarray, "segments columns"]:
    """The largest value of each column within each segment of rows; −∞ for an empty segment.

    Parameters
    ----------
    values
        Such as the similarity of each sub-component to each part of the question.
    offsets
        Segment `i` has the rows `offsets[i]:offsets[i + 1]`.
    """
    found = np.full((len(offsets) - 1, values.shape[1]), -np.inf, np.float32)
    filled = np.flatnonzero(np.diff(offsets) > 0)
    if len(filled):
        # Empty segments take no rows, so the starts of the others follow one another.
        found[filled] = np.maximum.reduceat(values, offsets[filled], axis=0)
    return found


def edge_scores(
    columns: Float32[np.ndarray, "nodes columns"],
    left: Int64[np.ndarray, " edges"],
    right: Int64[np.ndarray, " edges"],
) -> Float32[np.ndarray, " edges"]:
    """The score of each edge: over all columns, the sum of the larger value of its two ends.

    Parameters
    ----------
    columns
        For each node, the best similarity of any of its parts to each part of the question.
    left, right
        The two ends of each edge, as rows of `columns`.
    """
    scores = np.empty(len(left), np.float32)
    step = max(1, _TILE // max(1, columns.shape[1]))
    for start in range(0, len(left), step):
        tile = slice(start, start + step)
        scores[tile] = np.maximum(columns[left[tile]], columns[right[tile]]).sum(axis=1)
    return scores


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """What a walk found: edges, and nodes that stand for themselves, best first.

    Parameters
    ----------
    first, second
        The ends of each, first the one of lower id; the same node twice where it stands for itself.
    scores
        By falling score, ties by the ids of `first`, then of `second`.
    origins
        Of a walk of several steps: for each node that was met before the last step, and is none of
        the seeds, the node from which it was met.
    """

    first: Int64[np.ndarray, " units"]
    second: Int64[np.ndarray, " units"]
    scores: Float32[np.ndarray, " units"]
    origins: Mapping[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.first)

    def best(self, count: int) -> Units:
        """The best `count` of them."""
        return Units(self.first[:count], self.second[:count], self.scores[:count])


def edge_units(
    left: Int64[np.ndarray, " edges"],
    right: Int64[np.ndarray, " edges"],
    scores: Float32[np.ndarray, " edges"],
    left_alone: Float32[np.ndarray, " edges"],
    right_alone: Float32[np.ndarray, " edges"],
) -> Units:
    """Edges as units: each pair once, and a node by itself where the other end adds nothing.

    Parameters
    ----------
    left, right, scores
        Edges with their scores; equal ends make a node by itself.
    left_alone, right_alone
        The scores of the two ends by themselves. Where the better one has all of the edge's score,
        up to one in a million, it stands for itself: the lower node, should both have it.
    """
    lower, upper = np.minimum(left, right), np.maximum(left, right)
    swapped = left > right
    low = np.where(swapped, right_alone, left_alone)
    high = np.where(swapped, left_alone, right_alone)
    better = np.maximum(low, high)
    alone = better >= scores - ONE_SIDED * np.abs(scores)
    node = np.where(low >= high, lower, upper)
    first = np.where(alone, node, lower)
    second = np.where(alone, node, upper)
    worth = np.where(alone, better, scores)
    order = np.lexsort((second, first, -worth))
    first, second, worth = first[order], second[order], worth[order]
    pairs = np.stack((first, second), axis=1)
    _, places = np.unique(pairs, axis=0, return_index=True)  # the first of equal ones: the best
    places.sort()
    return Units(first[places], second[places], worth[places])
