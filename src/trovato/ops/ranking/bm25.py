"""BM25, word by word, and over terms that the caller cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from trovato.core import InvalidInputError, check_many
from trovato.core.shapes import Float32, Float64, Int64


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


class Bm25:
    """An inverted index in memory, for a few hundred thousand short texts at most.

    Source: Robertson and Zaragoza 2009, equation 3.15, with idf = log(1 + (N - n + .5)/(n + .5)).
    A collection's own word index knows words between spaces; this one takes any terms.

    Parameters
    ----------
    documents
        The terms of each document.
    k1, b
        Saturation of term counts, at least 0, and share of the length normalisation, 0…1.

    Raises
    ------
    InvalidInputError
        If `k1` or `b` lies outside its range.
    """

    def __init__(
        self, documents: Iterable[Sequence[str]], *, k1: float = 1.2, b: float = 0.75
    ) -> None:
        check_many("documents", documents)
        if k1 < 0 or not 0 <= b <= 1:
            raise InvalidInputError(f"BM25 needs k1 >= 0 and b in [0, 1], got {k1} and {b}")
        postings: dict[str, list[tuple[int, int]]] = {}
        lengths: list[int] = []
        for number, terms in enumerate(documents):
            check_many("the terms of a document", terms)
            lengths.append(len(terms))
            for term, count in Counter(terms).items():
                postings.setdefault(term, []).append((number, count))
        sizes = np.array(lengths, np.int64)
        mean_length = float(sizes.mean()) if len(sizes) else 1.0
        self._documents = len(lengths)
        self._postings: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for term, found in postings.items():
            held, counts = np.array(found, np.int64).T
            frequency = np.array([len(held)])
            weights = bm25_contributions(
                counts[:, None], sizes[held], frequency, self._documents, mean_length, k1=k1, b=b
            )
            self._postings[term] = (held.astype(np.int32), weights[:, 0])

    def __len__(self) -> int:
        return self._documents

    def scores(self, terms: Iterable[str]) -> Float64[np.ndarray, " documents"]:
        """The score of each document: each term of the query counts once, 0 where none is met."""
        check_many("terms", terms)
        total: Float64[np.ndarray, " documents"] = np.zeros(self._documents)
        for term in dict.fromkeys(terms):
            if term in self._postings:
                held, weights = self._postings[term]
                total[held] += weights
        return total
