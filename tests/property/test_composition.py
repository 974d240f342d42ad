"""SDR's score in its three forms: as in the paper, by weights, and as one vector."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import CompositionWeights, QueryParts, top_k

SHARES = st.floats(0, 1)
STRENGTHS = st.floats(0, 1.5)
SEEDS = st.integers(0, 2**32 - 1)
DIMS = st.sampled_from([8, 32, 512, 1024])


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def drawn(seed: int, dim: int, pictures: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Description, reference and modification; and pictures, the last twice."""
    random = np.random.default_rng(seed)
    found = unit(random.normal(size=(pictures, dim)) + random.normal(size=dim))
    return unit(random.normal(size=(3, dim))), np.concatenate([found, found[-1:]])


def slow_scores(
    parts: np.ndarray, pictures: np.ndarray, alpha: float, beta: float, fixed_mix: bool
) -> list[float]:
    """As the paper writes it, one picture at a time."""
    description, reference, modification = parts
    anchored = (1 - alpha) * description + alpha * reference
    if not fixed_mix:
        anchored = anchored / np.sqrt(sum(float(x) ** 2 for x in anchored))
    scores = []
    for picture in pictures:
        s_q, s_d, s_m = (
            sum(float(x) * float(y) for x, y in zip(one, picture, strict=True))
            for one in (anchored, description, modification)
        )
        scores.append((1 + beta) * s_q - beta * (s_d - s_m))
    return scores


@given(SEEDS, DIMS, SHARES, STRENGTHS, st.booleans())
def test_three_forms_are_one(
    seed: int, dim: int, alpha: float, beta: float, fixed_mix: bool
) -> None:
    vectors, pictures = drawn(seed, dim, 12)
    parts = QueryParts(*vectors)
    weights = parts.weights(alpha, beta, fixed_mix=fixed_mix)
    slow = np.array(slow_scores(vectors, pictures, alpha, beta, fixed_mix))
    one_vector = pictures @ parts.compose(weights)
    assert np.abs(one_vector - slow).max() <= 1e-12
    assert np.abs(parts.contributions(weights, pictures).sum(axis=1) - slow).max() <= 1e-12
    ids = [f"{place:02d}" for place in range(len(pictures))]
    rounded = [np.round(scores, 9) for scores in (one_vector, slow)]
    assert top_k(rounded[0], ids, 13).tolist() == top_k(rounded[1], ids, 13).tolist()
    single = pictures.astype(np.float32) @ parts.compose(weights).astype(np.float32)
    assert np.abs(single - slow).max() <= 1e-6


@pytest.mark.parametrize(("dim", "pictures"), [(8, 10_000), (64, 10_000), (1024, 1_000)])
@pytest.mark.parametrize("fixed_mix", [False, True])
def test_three_forms_are_one_on_large_galleries(dim: int, pictures: int, fixed_mix: bool) -> None:
    (description, reference, modification), gallery = drawn(dim, dim, pictures)
    parts = QueryParts(description, reference, modification)
    weights = parts.weights(0.15, 0.35, fixed_mix=fixed_mix)
    anchored = 0.85 * description + 0.15 * reference
    s_q = gallery @ (anchored if fixed_mix else unit(anchored))
    paper = 1.35 * s_q - 0.35 * (gallery @ description - gallery @ modification)
    one_vector = gallery @ parts.compose(weights)
    assert np.abs(one_vector - paper).max() <= 1e-12
    rounded = (np.round(scores, 9) for scores in (one_vector, paper))
    ids = [f"{place:05d}" for place in range(len(gallery))]
    first, second = (top_k(scores, ids, 50).tolist() for scores in rounded)
    assert first == second
    single = gallery.astype(np.float32) @ parts.compose(weights).astype(np.float32)
    assert np.abs(single - paper).max() <= 1e-6


@given(SEEDS, SHARES, STRENGTHS)
def test_limits(seed: int, alpha: float, beta: float) -> None:
    (description, reference, modification), pictures = drawn(seed, 16)
    parts = QueryParts(description, reference, modification)

    def scores(one: QueryParts, a: float, b: float) -> np.ndarray:
        return np.asarray(pictures @ one.compose(one.weights(a, b)))

    def close(found: np.ndarray, wanted: np.ndarray) -> bool:
        return bool(np.abs(found - wanted).max() <= 1e-12)

    s_d, s_r, s_m = (pictures @ one for one in (description, reference, modification))
    anchored = unit((1 - alpha) * description + alpha * reference)
    assert close(scores(parts, 0.0, 0.0), s_d)
    assert close(scores(parts, 0.0, beta), s_d + beta * s_m)
    assert close(scores(parts, alpha, 0.0), pictures @ anchored)
    assert close(scores(parts, 1.0, beta), (1 + beta) * s_r - beta * (s_d - s_m))
    undescribed = QueryParts(modification, reference, modification)
    aimed = unit((1 - alpha) * modification + alpha * reference)
    assert close(scores(undescribed, alpha, beta), (1 + beta) * (pictures @ aimed))


@given(SEEDS, SHARES, STRENGTHS, st.floats(1e-3, 1e3))
def test_lengths_of_the_parts_do_not_matter(
    seed: int, alpha: float, beta: float, scale: float
) -> None:
    vectors, _ = drawn(seed, 16)
    parts, scaled = QueryParts(*vectors), QueryParts(*(scale * vectors))
    weights = parts.weights(alpha, beta)
    assert np.allclose(scaled.compose(weights), parts.compose(weights), rtol=0, atol=1e-12)
    again = scaled.weights(alpha, beta)
    assert abs(again.description - weights.description) <= 1e-9 * abs(weights.description) + 1e-9


@given(SEEDS, SHARES, STRENGTHS)
def test_a_fixed_mix_sums_to_one_and_beta(seed: int, alpha: float, beta: float) -> None:
    vectors, _ = drawn(seed, 8)
    weights = QueryParts(*vectors).weights(alpha, beta, fixed_mix=True)
    total = weights.description + weights.reference + weights.modification
    assert abs(total - (1 + beta)) <= 1e-12


@given(SEEDS)
def test_weights_of_any_size(seed: int) -> None:
    vectors, pictures = drawn(seed, 8)
    counts = np.random.default_rng(seed).normal(size=3)
    parts = QueryParts(*vectors)
    slow = sum(count * (pictures @ one) for count, one in zip(counts, vectors, strict=True))
    found = pictures @ parts.compose(CompositionWeights(*map(float, counts)))
    assert np.abs(found - slow).max() <= 1e-12
