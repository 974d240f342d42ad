"""The laws of a MaxSim scorer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trovato.core import RaggedVectors, generator
from trovato.core.shapes import Float32

Score = Callable[[Float32[np.ndarray, "query dim"], RaggedVectors], Float32[np.ndarray, " items"]]


def check_maxsim(score: Score, *, tolerance: float = 1e-5, cases: int = 20, seed: int = 0) -> None:
    """Checks a scorer on random queries and items of unit vectors.

    Laws: a score is the sum over query tokens of the largest dot product with a token of the item;
    an item without tokens scores −∞; an item whose tokens all point away from the query scores
    below 0, so nothing is padded with zeros; an item's score does not depend on the other items;
    one more token never lowers a score, and a token held twice changes nothing.

    Parameters
    ----------
    score
        Takes a query `(query, dim)` and items; returns one score per item.
    tolerance
        How far a score may be off, per query token.
    cases
        How many random cases to try.
    seed
        Seed of the cases.

    Raises
    ------
    AssertionError
        If a law is broken.
    """
    random = generator(seed, "check_maxsim")
    for _ in range(cases):
        dim = int(random.integers(1, 200))
        query = _unit_vectors(random, int(random.integers(1, 80)), dim)
        parts = [
            _unit_vectors(random, int(tokens), dim)
            for tokens in random.choice([0, 1, 2, 11, 12, 13, 60], size=int(random.integers(1, 9)))
        ]
        allowed = tolerance * len(query)
        scores = score(query, RaggedVectors.stack(parts))
        assert len(scores) == len(parts), f"{len(parts)} items got {len(scores)} scores"
        for item, part in enumerate(parts):
            _check_item(score, query, part, float(scores[item]), allowed)
        away = -np.abs(query)
        below = float(score(np.abs(query), RaggedVectors.stack([away]))[0])
        assert below < 0, f"an item that points away from the query scores {below}, not below 0"


def _check_item(
    score: Score,
    query: Float32[np.ndarray, "query dim"],
    part: Float32[np.ndarray, "tokens dim"],
    given: float,
    allowed: float,
) -> None:
    if not len(part):
        assert given == -np.inf, f"an item without tokens scores {given}, not minus infinity"
        return
    slow = float((query.astype(np.float64) @ part.astype(np.float64).T).max(axis=1).sum())
    assert abs(given - slow) <= allowed, f"MaxSim is {slow}, the score {given}"
    variants = RaggedVectors.stack([part, np.concatenate([part, part[:1]]), part[:-1]])
    alone, twice, fewer = (float(value) for value in score(query, variants))
    assert alone == given, f"an item scores {given} among others and {alone} first"
    assert twice == given, f"a token held twice moves the score from {given} to {twice}"
    assert fewer <= given, f"without its last token the item rises from {given} to {fewer}"


def _unit_vectors(
    random: np.random.Generator, tokens: int, dim: int
) -> Float32[np.ndarray, "tokens dim"]:
    values = random.standard_normal((tokens, dim))
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)
