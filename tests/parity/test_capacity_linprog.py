"""Lists under capacities against the linear program, solved by SciPy's HiGHS."""

import numpy as np
import pytest
from scipy import optimize, sparse

from trovato.ops import rank_with_capacity
from trovato.ops.ranking.greedy_b_matching import fill, greedy_b_matching


def best_sum(candidates: np.ndarray, scores: np.ndarray, members: int, k: int, cap: int) -> float:
    lists, m = candidates.shape
    pairs = np.arange(lists * m)
    rows = np.concatenate([pairs // m, lists + candidates.ravel()])
    sides = sparse.csr_matrix((np.ones(2 * len(pairs)), (rows, np.tile(pairs, 2))))
    room = np.concatenate([np.full(lists, k), np.full(sides.shape[0] - lists, cap)])
    found = optimize.linprog(
        -scores.ravel().astype(float), A_ub=sides, b_ub=room, bounds=(0, 1), method="highs"
    )
    return float(-found.fun)


@pytest.mark.parametrize("activity", [0.0, 0.5, 1.0])
def test_at_least_99_percent_of_the_linear_program(activity: float) -> None:
    random = np.random.default_rng(3)
    lists, members, m, k, cap = 500, 900, 120, 20, 14
    people = random.standard_normal((members, 8))
    people *= np.exp(activity * random.standard_normal((members, 1)))
    every = random.standard_normal((lists, 8)) @ people.T + np.linalg.norm(people, axis=1)
    every = (every - every.min() + 0.01).astype(np.float32)
    candidates = np.argsort(-every, axis=1)[:, :m]
    scores = np.take_along_axis(every, candidates, axis=1)
    best = best_sum(candidates, scores, members, k, cap)
    found = rank_with_capacity(candidates, scores, members, k=k, cap=cap)
    assert found.value >= 0.99 * best
    assert best <= found.bound <= 1.001 * best
    greedy = fill(
        greedy_b_matching(candidates, scores, scores, members, k, cap),
        candidates,
        scores,
        np.arange(members),
        cap,
    )[1]
    assert float(greedy.sum(dtype=float)) < 0.992 * best  # greed alone is not enough
