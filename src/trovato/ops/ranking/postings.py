"""BM25 over an inverted index: the best documents, without scoring all that hold a word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64, UInt8, UInt32
from trovato.ops import _kernels

# Steps of a score: sums of whole steps are the same in any order.
SCORE_STEPS = float(1 << 40)
# Bits of a count that hold how often a term stands in each of three columns.
COUNT_BITS = (16, 8, 8)


@dataclass(frozen=True, slots=True)
class Bm25Settings:
    """What BM25 knows beside counts.

    Parameters
    ----------
    weights
        Of a term in each of three columns; at least 0.
    mean_length
        Terms of a document on average.
    k1, b
        How soon repetition counts no more, and how much length counts; `k1` at most 4, `b` below 1.
    """

    weights: tuple[float, float, float]
    mean_length: float
    k1: float = 1.2
    b: float = 0.75

    def slope(self) -> float:
        """What each term of a document's length adds to the denominator."""
        return self.k1 * self.b / max(self.mean_length, 1e-9)


@dataclass(frozen=True, slots=True, eq=False)
class PostingLists:
    """Which documents hold which terms, term by term.

    Parameters
    ----------
    documents
        Numbers of documents, rising within a term.
    counts
        How often the term stands there in each of three columns: 16, 8 and 8 bits, the first column
        lowest; see `pack_counts`.
    lengths
        Terms of each document.
    starts
        Term `t` has the postings `starts[t]:starts[t + 1]`.
    most, shortest
        Of each term: the largest count of each column, packed, and the smallest length.
    """

    documents: UInt32[np.ndarray, " postings"]
    counts: UInt32[np.ndarray, " postings"]
    lengths: UInt32[np.ndarray, " documents"]
    starts: Int64[np.ndarray, " terms_plus_1"]
    most: UInt32[np.ndarray, " terms"]
    shortest: UInt32[np.ndarray, " terms"]


def pack_counts(counts: Int64[np.ndarray, "postings 3"]) -> UInt32[np.ndarray, " postings"]:
    """Counts of three columns in one number; larger ones than fit are the largest that fit.

    Examples
    --------
    >>> import numpy as np
    >>> pack_counts(np.array([[2, 0, 0], [1, 1, 0]])).tolist()
    [2, 65537]
    """
    packed: UInt32[np.ndarray, " postings"] = np.zeros(len(counts), np.uint32)
    shift = 0
    for column, bits in enumerate(COUNT_BITS):
        fitting = np.minimum(counts[:, column], (1 << bits) - 1).astype(np.uint32)
        packed |= fitting << np.uint32(shift)
        shift += bits
    return packed


def top_postings(
    lists: PostingLists,
    terms: Int64[np.ndarray, " asked"],
    idf: Float64[np.ndarray, " asked"],
    settings: Bm25Settings,
    k: int,
    *,
    floor: int = 0,
    wanted: UInt8[np.ndarray, " documents"] | None = None,
    scored: tuple[UInt32[np.ndarray, " scored"], Int64[np.ndarray, " scored"]] | None = None,
) -> tuple[UInt32[np.ndarray, " found"], Int64[np.ndarray, " found"]]:
    """The documents whose BM25 is among the `k` best, ties at the border included.

    `idf · f · (k1 + 1) / (f + k1 · (1 − b + b · length / mean_length))`, summed over the terms
    (Robertson and Zaragoza 2009), with the weighted sum of a term's counts as `f`. Terms that
    together cannot lift a document among the best are only looked up for documents that have
    others: MaxScore (Turtle and Flood 1995, "Query evaluation: strategies and optimizations").

    Parameters
    ----------
    lists
        The inverted index.
    terms, idf
        Numbers of the terms that are asked for, and what each weighs. A term may be there twice.
    settings
        What BM25 knows beside counts.
    k
        At least 1.
    floor
        Documents with smaller scores are not wanted, in steps.
    wanted
        Not 0 for documents that may be found; None for all.
    scored
        Documents, rising, and scores in steps that are added to those of the terms.

    Returns
    -------
    Documents, and scores in steps of `1 / SCORE_STEPS`, in no order.

    Raises
    ------
    InvalidInputError
        If numbers are out of range or arrays do not fit each other.
    """
    most = _bounds(lists, terms, idf, settings)
    none = (np.zeros(0, np.uint32), np.zeros(0, np.int64))
    documents, scores = none if scored is None else scored
    given = (
        *settings.weights,
        settings.k1,
        settings.k1 * (1 - settings.b),
        settings.slope(),
    )
    try:
        found, reached = _kernels.top_postings(
            lists.documents,
            lists.counts,
            lists.lengths,
            np.zeros(0, np.uint8) if wanted is None else wanted,
            lists.starts[terms],
            lists.starts[terms + 1],
            idf,
            most,
            np.array(given),
            documents,
            scores,
            k,
            floor,
        )
    except (ValueError, TypeError) as error:
        raise InvalidInputError(f"postings cannot be ranked: {error}") from error
    return found, reached.view(np.int64)  # it may come as another type of 64 bits


def _bounds(
    lists: PostingLists,
    terms: Int64[np.ndarray, " asked"],
    idf: Float64[np.ndarray, " asked"],
    settings: Bm25Settings,
) -> Int64[np.ndarray, " asked"]:
    """The most that each term adds to a score, in steps."""
    if len(terms) and not 0 <= int(terms.min()) <= int(terms.max()) < len(lists.most):
        raise InvalidInputError(f"terms must be 0 to {len(lists.most) - 1}, got {terms.tolist()}")
    largest, frequency = lists.most[terms], np.zeros(len(terms))
    shift = 0
    for bits, weight in zip(COUNT_BITS, settings.weights, strict=True):
        frequency += weight * (largest >> np.uint32(shift) & np.uint32((1 << bits) - 1))
        shift += bits
    length = lists.shortest[terms]
    below = frequency + settings.k1 * (1 - settings.b) + settings.slope() * length
    # One step more than is reached by rounding.
    bound: Int64[np.ndarray, " asked"] = (
        idf * frequency * (settings.k1 + 1) / below * SCORE_STEPS
    ).astype(np.int64) + 2
    return bound
