"""How many of a question's documents are too alike to be independent, and which.

Source: Kim, Lee and Koo 2025 (RAGDefender, arXiv 2511.01268), section 4: stage 1 estimates the
number of adversarial passages, stage 2 finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import comb

import numpy as np

from trovato.core import InvalidInputError, check_many
from trovato.core.shapes import Float32, Float64, Int64
from trovato.ops.clustering.token_pooling import pool_tokens
from trovato.ops.vectors.l2_normalize import l2_normalize


def frequent_term_votes(documents: Sequence[Sequence[str]], terms: int = 5) -> int:
    """Documents that hold more than half of the terms with the largest sum of TF-IDF.

    TF-IDF is count × (ln((1 + documents) / (1 + documents with the term)) + 1), at length 1 in each
    document. Ties among terms by the alphabet.

    Parameters
    ----------
    documents
        Words of each, without stop words.
    terms
        How many terms are looked at: m.
    """
    for one in documents:
        check_many("a document", one)
    known = sorted(set(chain.from_iterable(documents)))
    column = {word: place for place, word in enumerate(known)}
    counts = np.zeros((len(documents), len(known)))
    for row, words in enumerate(documents):
        for word in words:
            counts[row, column[word]] += 1
    weights = counts * (np.log((1 + len(documents)) / (1 + (counts > 0).sum(axis=0))) + 1)
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    totals = np.divide(weights, lengths, out=weights, where=lengths > 0).sum(axis=0)
    top = np.argsort(-totals.round(12), kind="stable")[:terms]
    return int(((counts[:, top] > 0).sum(axis=1) > len(top) // 2).sum())


def count_by_clusters(vectors: Float32[np.ndarray, "documents dim"], votes: int) -> int:
    """Stage 1 for single-hop questions: the size of one of two clusters.

    Ward's clustering makes two clusters. Poison repeats itself, so many documents with the frequent
    terms say that the larger one is poison.

    Parameters
    ----------
    vectors
        Of the documents; 0 is the count for fewer than two.
    votes
        From `frequent_term_votes`: above half of the documents the larger cluster counts, else the
        smaller.
    """
    if len(vectors) < 2:
        return 0
    owners = pool_tokens(l2_normalize(vectors), factor=len(vectors) / 2).owners
    smaller = min(int(owners.sum()), len(owners) - int(owners.sum()))
    return smaller if 2 * votes <= len(vectors) else len(vectors) - smaller


def count_by_concentration(vectors: Float32[np.ndarray, "documents dim"]) -> int:
    """Stage 1 for multi-hop questions: documents that lie closer to the rest than is usual.

    Those whose mean cosine to the others is above the mean of these means, and whose median cosine
    is above the median of these medians: the paper's rule. The authors' package joins the two by
    "or" and turns the count around in some cases.
    """
    if len(vectors) < 2:
        return 0
    others = _cosines(vectors)[~np.eye(len(vectors), dtype=bool)].reshape(len(vectors), -1)
    means, medians = others.mean(axis=1), np.median(others, axis=1)
    above = (means > means.mean() + 1e-9) & (medians > np.median(medians) + 1e-9)
    return int(above.sum())


def ragdefender_estimate(
    vectors: Float32[np.ndarray, "documents dim"], count: int, power: float = 2.0
) -> Int64[np.ndarray, " count"]:
    """Stage 2: places of the documents that take part in the most similar pairs, most first.

    The max(1, count × (count − 1) / 2) most similar pairs give sgn(s)·|s|^`power` to both of their
    documents, s being the cosine. Ties: the earlier pair, the earlier document. So of a single pair
    of equals it is the better ranked one that is named.

    Parameters
    ----------
    vectors
        Of the documents.
    count
        How many to name, at most as many as there are.
    power
        p of the paper.

    Raises
    ------
    InvalidInputError
        If `count` is negative or above the number of documents.
    """
    if not 0 <= count <= len(vectors):
        raise InvalidInputError(f"{count} of {len(vectors)} documents cannot be named")
    cosines = _cosines(vectors).round(7)
    first, second = np.triu_indices(len(vectors), 1)
    pairs = cosines[first, second]
    top = np.argsort(-pairs, kind="stable")[: max(1, comb(count, 2))]
    scores = np.zeros(len(vectors))
    for at in top:
        weight = np.sign(pairs[at]) * np.abs(pairs[at]) ** power
        scores[first[at]] += weight
        scores[second[at]] += weight
    return np.argsort(-scores, kind="stable")[:count]


def _cosines(
    vectors: Float32[np.ndarray, "documents dim"],
) -> Float64[np.ndarray, "documents documents"]:
    unit = l2_normalize(vectors).astype(np.float64)
    products: Float64[np.ndarray, "documents documents"] = unit @ unit.T
    return products
