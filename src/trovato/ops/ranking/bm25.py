"""BM25, word by word."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float32, Int64


def bm25_contributions(
    counts: Int64[np.ndarray, "items words"],
    lengths: Int64[np.ndarray, " items"],
    frequencies: Int64[np.ndarray, " words"],
    total: int,
    mean_length: float,
    *,
    k1: float = 1.2,
    b: float = 0.75,
) -> Float32[np.ndarray, "items words"]:
    """What each word of a query adds to the score of each item; BM25 is the sum of a row.

    Robertson and Zaragoza 2009, with the inverse document frequency of Lucene, which is never
    negative: `ln(1 + (N − n + ½) / (n + ½))`.

    Parameters
    ----------
    counts
        How often each item has each word.
    lengths
        Words of each item.
    frequencies
        How many items of the collection have each word.
    total, mean_length
        Items of the collection, and their mean length.
    k1, b
        How soon repetition counts no more, and how much length counts.
    """
    idf = np.log1p((total - frequencies + 0.5) / (frequencies + 0.5))
    share = 1 - b + b * lengths / max(mean_length, 1e-9)
    found: Float32[np.ndarray, "items words"] = (
        idf * counts * (k1 + 1) / (counts + k1 * share[:, None])
    ).astype(np.float32)
    return found
