"""Ranking of postings against a slow one that scores every document."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, generator
from trovato.ops import SCORE_STEPS, Bm25Settings, PostingLists, pack_counts, top_postings


def made(documents: int, terms: int, seed: int) -> tuple[PostingLists, np.ndarray]:
    """An index of made-up documents, and its counts `(documents, terms, 3)`."""
    random = generator(seed, "postings")
    rates = 2.0 / np.arange(1, terms + 1)[None, :, None] * np.array([1.0, 0.1, 0.05])
    counts = random.poisson(rates, (documents, terms, 3))
    counts[random.random(documents) < 0.1] = 0
    lengths = counts.sum(axis=(1, 2)).astype(np.uint32)
    held = [np.flatnonzero(counts[:, term].any(axis=1)) for term in range(terms)]
    packed = [pack_counts(counts[rows, term]) for term, rows in enumerate(held)]
    most = [pack_counts(counts[:, term].max(axis=0)[None])[0] for term in range(terms)]
    shortest = [lengths[rows].min(initial=0) if len(rows) else 0 for rows in held]
    lists = PostingLists(
        np.concatenate(held).astype(np.uint32),
        np.concatenate(packed),
        lengths,
        np.concatenate([np.zeros(1, np.int64), np.cumsum([len(rows) for rows in held])]),
        np.array(most, np.uint32),
        np.array(shortest, np.uint32),
    )
    # The least length of those that hold the term is a bound; so is any smaller one.
    return lists, counts


def slow_scores(
    counts: np.ndarray, terms: np.ndarray, idf: np.ndarray, settings: Bm25Settings
) -> np.ndarray:
    """BM25 of every document, in floating point."""
    lengths = counts.sum(axis=(1, 2))
    scores = np.zeros(len(counts))
    for term, weight in zip(terms, idf, strict=True):
        frequency = counts[:, term] @ np.array(settings.weights)
        share = 1 - settings.b + settings.b * lengths / settings.mean_length
        scores += weight * frequency * (settings.k1 + 1) / (frequency + settings.k1 * share)
    return scores


@given(
    st.integers(0, 2**31),
    st.integers(1, 12),
    st.sampled_from([1, 2, 10, 100, 10_000]),
    st.booleans(),
    st.booleans(),
)
def test_the_best_are_those_of_the_slow_ranking(
    seed: int, asked: int, k: int, masked: bool, beside: bool
) -> None:
    lists, counts = made(9000, 30, seed % 4)
    random = generator(seed, "question")
    terms = random.integers(0, 30, asked)
    idf = random.random(asked) * 5 + 1e-6
    settings = Bm25Settings((1.0, 0.5, 2.0), 7.5)
    scores = slow_scores(counts, terms, idf, settings)
    wanted = (random.random(len(counts)) < 0.3).astype(np.uint8) if masked else None
    scored = None
    if beside:
        rows = np.flatnonzero(random.random(len(counts)) < 0.01).astype(np.uint32)
        steps = (random.random(len(rows)) * 10 * SCORE_STEPS).astype(np.int64)
        scored = (rows, steps)
        scores[rows] += steps / SCORE_STEPS
    found, reached = top_postings(lists, terms, idf, settings, k, wanted=wanted, scored=scored)
    allowed = scores * (1 if wanted is None else wanted)
    assert len(np.unique(found)) == len(found)
    assert np.abs(reached / SCORE_STEPS - allowed[found]).max(initial=0) < 1e-9
    best = np.sort(allowed[allowed > 0])[::-1][:k]
    assert len(found) >= len(best)
    assert np.abs(np.sort(reached / SCORE_STEPS)[::-1][: len(best)] - best).max(initial=0) < 1e-9
    border = np.sort(reached)[::-1][:k].min(initial=np.iinfo(np.int64).max)
    assert (reached >= border).all(), "worse than the border"
    tied = np.abs(allowed - border / SCORE_STEPS) < 1e-11
    assert set(np.flatnonzero(tied)) <= set(found.tolist()), "a tie at the border is missing"


def test_a_score_does_not_depend_on_how_many_are_asked_for() -> None:
    lists, _ = made(9000, 30, 1)
    terms, idf = np.array([0, 3, 9, 20, 20]), np.array([0.1, 1.0, 2.0, 4.0, 4.0])
    settings = Bm25Settings((1.0, 0.5, 2.0), 7.5)
    every = dict(
        zip(*map(np.ndarray.tolist, top_postings(lists, terms, idf, settings, 9000)), strict=True)
    )
    for k in (1, 7, 50, 600):
        found, reached = top_postings(lists, terms, idf, settings, k)
        assert {every[document] for document in found.tolist()} == set(reached.tolist())
        floor = int(reached.min())
        again, _ = top_postings(lists, terms, idf, settings, k, floor=floor + 1)
        assert set(again.tolist()) == set(found[reached > floor].tolist())


@pytest.mark.parametrize("terms", [[-1], [30], [0, 99]])
def test_terms_that_are_not_there_are_refused(terms: list[int]) -> None:
    lists, _ = made(100, 30, 0)
    with pytest.raises(InvalidInputError, match="terms must be 0 to 29"):
        top_postings(
            lists, np.array(terms), np.ones(len(terms)), Bm25Settings((1.0, 1.0, 1.0), 7.5), 5
        )


def test_numbers_out_of_range_are_refused() -> None:
    lists, _ = made(100, 30, 0)
    asked = np.array([1]), np.ones(1)
    for settings in (
        Bm25Settings((1.0, 1.0, -1.0), 7.5),
        Bm25Settings((1.0, 1.0, 1.0), 7.5, k1=9.0),
    ):
        with pytest.raises(InvalidInputError, match="postings cannot be ranked"):
            top_postings(lists, *asked, settings, 5)
    with pytest.raises(InvalidInputError, match="k must be at least 1"):
        top_postings(lists, *asked, Bm25Settings((1.0, 1.0, 1.0), 7.5), 0)
