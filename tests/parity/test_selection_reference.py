"""Selection beside slow plain references: brute force, automatic and numeric derivatives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import (
    rademacher_projection,
    representativeness,
    select_diverse,
    softmax_gradient,
    softmax_hvp,
)


def brute_force(scores: np.ndarray, vectors: np.ndarray, k: int) -> list[int]:
    """The rule as it is written, with scaled distances to all chosen ones at each step."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = [int(np.argmax(scores))]
    while len(chosen) < min(k, len(scores)):
        away = np.maximum((1 - (unit @ unit[chosen].T).max(axis=1)).round(6), 0)
        value = scores * (away - away.min()) / (np.ptp(away) or 1)
        value[chosen] = -1
        chosen.append(int(np.argmax(value)))
    return chosen


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 13))
def test_greedy_is_brute_force_and_a_smaller_choice_its_beginning(
    seed: int, examples: int, k: int
) -> None:
    random = np.random.default_rng(seed)
    vectors, scores = random.standard_normal((examples, 4)), random.random(examples)
    found = select_diverse(scores, vectors, k).chosen.tolist()
    assert found == brute_force(scores, vectors, k)
    assert select_diverse(scores, vectors, k - 1).chosen.tolist() == found[: k - 1]


def test_greedy_is_brute_force_where_candidates_come_in_many_rounds() -> None:
    random = np.random.default_rng(5)
    centres = random.standard_normal((30, 8))
    vectors = centres[random.integers(30, size=3000)] + 0.3 * random.standard_normal((3000, 8))
    scores = random.random(3000)
    found = select_diverse(scores, vectors, 60).chosen.tolist()
    assert found == brute_force(scores, vectors, 60)


def test_greedy_looks_beyond_the_highest_scores_where_these_lie_together() -> None:
    random = np.random.default_rng(6)
    together = np.array([1.0, 0, 0, 0]) + 0.01 * random.standard_normal((1500, 4))
    vectors = np.concatenate([together, random.standard_normal((300, 4))])
    scores = np.concatenate([0.8 + 0.2 * random.random(1500), 0.5 * random.random(300)])
    found = select_diverse(scores, vectors, 40).chosen.tolist()
    assert found == brute_force(scores, vectors, 40)
    assert sum(row >= 1500 for row in found) > 20


TAU = 0.7


@pytest.fixture
def problem() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    return (
        random.standard_normal((6, 5)),
        random.standard_normal((9, 5)),
        random.integers(9, size=6),
    )


def chances(hidden: np.ndarray, items: np.ndarray) -> np.ndarray:
    raised: np.ndarray = np.exp(items @ hidden / TAU)
    raised /= raised.sum()
    return raised


def numeric_gradient(hidden: np.ndarray, items: np.ndarray, target: int) -> np.ndarray:
    step = 1e-6
    return np.array(
        [
            -np.log(chances(hidden + way, items)[target] / chances(hidden - way, items)[target])
            for way in step * np.eye(len(hidden))
        ]
    ) / (2 * step)


def test_gradients_and_hvp_are_those_of_central_differences(
    problem: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    hidden, items, targets = problem
    gradients = softmax_gradient(hidden, items, targets, TAU)
    found = softmax_hvp(hidden, items, gradients, TAU)
    for row, target in enumerate(targets.tolist()):
        expected = numeric_gradient(hidden[row], items, target)
        np.testing.assert_allclose(gradients[row], expected, atol=1e-6)
        step = 1e-5 * gradients[row]
        after, before = (
            softmax_gradient((hidden[row] + way)[None], items, np.array([target]), TAU)[0]
            for way in (step, -step)
        )
        np.testing.assert_allclose(found[row], (after - before) / 2e-5, atol=1e-5)


@pytest.mark.needs("torch")
def test_hvp_is_that_of_automatic_differentiation(
    problem: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    import torch

    hidden, items, targets = problem
    gradients = softmax_gradient(hidden, items, targets, TAU)
    plain = softmax_hvp(hidden, items, gradients, TAU)
    surrogate = softmax_hvp(hidden, items, gradients, TAU, surrogate_gradients=gradients)
    every = torch.tensor(items)
    for row, target in enumerate(targets.tolist()):
        state = torch.tensor(hidden[row], requires_grad=True)
        p = torch.softmax(every @ state / TAU, 0)[target]
        for loss, expected in ((-torch.log(p), plain), (-p / p.detach(), surrogate)):
            (slope,) = torch.autograd.grad(loss, state, create_graph=True)
            np.testing.assert_allclose(slope.detach().numpy(), gradients[row], atol=1e-10)
            (fixed,) = torch.autograd.grad(slope @ slope.detach(), state, retain_graph=True)
            np.testing.assert_allclose(fixed.numpy(), expected[row], atol=1e-10)
            (moving,) = torch.autograd.grad(slope @ slope, state, retain_graph=True)
            np.testing.assert_allclose(moving.numpy(), 2 * expected[row], atol=1e-10)
    assert np.abs(plain - surrogate).max() > 0.01


def test_representativeness_is_the_cosine_to_the_mean() -> None:
    random = np.random.default_rng(4)
    directions = random.standard_normal((40, 7)) + 0.3
    directions[3] = 0
    mean = directions.mean(axis=0)
    for row, found in zip(directions, representativeness(directions), strict=True):
        length = np.linalg.norm(row) * np.linalg.norm(mean)
        assert found == pytest.approx((1 + (row @ mean / length if length else 0)) / 2)


@pytest.fixture(scope="module")
def projected() -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Cosines to the mean of 400 gradients of a small network, whole and in fewer dimensions."""
    random = np.random.default_rng(0)
    first, second = 0.2 * random.standard_normal((64, 128)), 0.2 * random.standard_normal((128, 64))
    inputs = random.standard_normal((400, 64))
    inputs += 2 * random.standard_normal((8, 64))[random.integers(8, size=400)]
    active = np.maximum(inputs @ first, 0)
    logits = active @ second
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    errors = raised / raised.sum(axis=1, keepdims=True) - np.eye(64)[random.integers(6, size=400)]
    behind = (errors @ second.T) * (active > 0)
    whole = np.concatenate(
        [
            np.einsum("ni,nj->nij", inputs, behind).reshape(400, -1),
            np.einsum("ni,nj->nij", active, errors).reshape(400, -1),
        ],
        axis=1,
    )
    return representativeness(whole), {
        dim: representativeness(rademacher_projection(whole, dim)) for dim in (64, 256, 1024)
    }


@pytest.mark.slow
def test_the_error_of_a_projection_falls_with_the_root_of_its_dimensions(
    projected: tuple[np.ndarray, dict[int, np.ndarray]],
) -> None:
    whole, found = projected
    errors = {dim: float((2 * (values - whole)).std()) for dim, values in found.items()}
    for dim, error in errors.items():
        assert error <= 1.1 / np.sqrt(dim)  # of a cosine, at most that of unrelated directions
    for coarse, fine in pairwise(errors.values()):
        assert coarse / fine == pytest.approx(2, rel=0.25)  # four times as many dimensions


def test_parts_of_a_gradient_are_projected_apart_and_added() -> None:
    values = np.random.default_rng(0).standard_normal((3, 4100))
    signs = rademacher_projection(np.eye(4100)[4090:], 8, 1, "whole")
    found = rademacher_projection(values, 8, 1, "whole")
    values[:, 4090:] = 0
    rest = rademacher_projection(values, 8, 1, "whole")
    again = np.random.default_rng(0).standard_normal((3, 4100))[:, 4090:]
    np.testing.assert_allclose(found - rest, again @ signs, atol=1e-12)
    np.testing.assert_allclose(np.abs(signs), 8**-0.5)
    assert (rademacher_projection(np.eye(3), 8, 1, "another") != signs[:3]).any()
