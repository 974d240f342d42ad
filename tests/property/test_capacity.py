"""Lists under capacities: the rules hold whatever comes, and greedy is greedy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import NO_ITEM, CapacityRanking, rank_with_capacity, sampled_prices
from trovato.ops.ranking.greedy_b_matching import fill, greedy_b_matching


def drawn(seed: int, lists: int, members: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    candidates = np.stack([random.permutation(members)[:m] for _ in range(lists)])
    candidates[random.random(candidates.shape) < 0.15] = NO_ITEM
    liked = np.exp(random.standard_normal(members))  # everybody wants the same few
    scores = random.random(candidates.shape) * liked[candidates] + 0.01
    return candidates, scores.astype(np.float32)


def greedy(candidates: np.ndarray, scores: np.ndarray, members: int, k: int, cap: int) -> float:
    """What the best pair first comes to, and then whoever has room."""
    places = greedy_b_matching(candidates, scores, scores, members, k, cap)
    return float(fill(places, candidates, scores, np.arange(members), cap)[1].sum())


def holds(found: CapacityRanking, members: int, k: int, cap: int) -> None:
    assert found.places.shape[1] == k
    assert found.places.min() >= 0
    assert np.bincount(found.places.ravel(), minlength=members).max() <= cap
    assert all(len(set(row)) == k for row in found.places.tolist())
    assert (np.diff(found.scores, axis=1) <= 0).all()
    assert found.value <= found.bound


def rules_hold(seed: int, lists: int, members: int, room: int, k: int, m: int) -> None:
    cap = -(-lists * k // members) + room  # with no room, every place of everyone is needed
    candidates, scores = drawn(seed, lists, members, m)
    found = rank_with_capacity(candidates, scores, members, k=k, cap=cap)
    holds(found, members, k, cap)
    known = {
        (row, member): score
        for row in range(lists)
        for member, score in zip(candidates[row].tolist(), scores[row].tolist(), strict=True)
    }
    for row in range(lists):
        for member, score in zip(
            found.places[row].tolist(), found.scores[row].tolist(), strict=True
        ):
            assert score == known.get((row, member), 0)
    assert found.value >= greedy(candidates, scores, members, k, cap) - 1e-4
    loose = rank_with_capacity(candidates, scores, members, k=k, cap=cap, rounds=0)
    assert found.bound <= loose.bound


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(0, 2),
    st.data(),
)
def test_the_rules_hold(
    seed: int, lists: int, members: int, room: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, members))
    m = data.draw(st.integers(1, members))
    rules_hold(seed, lists, members, room, k, m)


def test_the_best_pair_first_is_never_better() -> None:
    rules_hold(seed=3, lists=9, members=9, room=0, k=3, m=9)


@given(st.integers(0, 2**32 - 1), st.integers(1, 15), st.integers(1, 15), st.integers(1, 5))
def test_dealing_in_blocks_is_taking_the_best_pair_first(
    seed: int, lists: int, members: int, cap: int
) -> None:
    random = np.random.default_rng(seed)
    k = int(random.integers(1, members + 2))
    candidates, scores = drawn(seed, lists, members, members)
    worth = random.integers(0, 4, scores.shape).astype(np.float32)  # many ties
    taken: list[list[tuple[float, int, int]]] = [[] for _ in range(lists)]
    used = [0] * members
    pairs = [(row, place) for row in range(lists) for place in range(members)]
    for row, place in sorted(pairs, key=lambda pair: -worth[pair]):
        member = int(candidates[row, place])
        if member >= 0 and len(taken[row]) < k and used[member] < cap:
            taken[row].append((-float(scores[row, place]), place, member))
            used[member] += 1
    wanted = [[member for *_, member in sorted(row)] for row in taken]
    got = greedy_b_matching(candidates, scores, worth, members, k, cap)
    assert got.shape == (lists, k)
    assert [[member for member in row if member != NO_ITEM] for row in got.tolist()] == wanted


def test_prices_find_what_greed_misses() -> None:
    candidates = np.array([[0, 1], [0, 1]])
    scores = np.array([[10, 9], [9, 1]], np.float32)
    assert greedy(candidates, scores, 2, 1, 1) == 11
    found = rank_with_capacity(candidates, scores, 2, k=1, cap=1)
    assert (found.places.tolist(), found.value) == ([[1], [0]], 18)
    assert found.bound == pytest.approx(18, rel=1e-3)


def test_the_bound_holds_where_all_score_the_same() -> None:
    candidates = np.tile(np.arange(4), (3, 1))
    found = rank_with_capacity(candidates, np.full((3, 4), 5, np.float32), 4, k=2, cap=2)
    holds(found, 4, 2, 2)
    assert found.value == 30
    assert found.bound == pytest.approx(30, rel=1e-3)


def test_who_has_room_takes_what_is_left_in_the_order_given() -> None:
    candidates, scores = np.array([[3], [3]]), np.ones((2, 1), np.float32)
    spare = np.array([2, 0, 1, 3])
    found = rank_with_capacity(candidates, scores, 4, k=2, cap=1, spare=spare)
    assert found.places.tolist() == [[3, 2], [0, 1]]
    assert found.scores.tolist() == [[1, 0], [0, 0]]


def test_a_place_is_exchanged_where_nobody_new_has_room() -> None:
    # Lists 0 and 1 take 0 and 1; what is left for list 2 is member 2 twice, unless one moves.
    candidates = np.array([[0, 1], [0, 1], [2, NO_ITEM]])
    found = rank_with_capacity(candidates, np.full((3, 2), 5, np.float32), 3, k=2, cap=2)
    holds(found, 3, 2, 2)
    assert found.value == 20  # 0 and 1 and 2 and …: one candidate place is given up


def test_prices_from_a_sample_spread_candidates() -> None:
    random = np.random.default_rng(0)
    lists, members, k, cap = 400, 500, 10, 16
    liked = np.exp(1.5 * random.standard_normal(members))
    scores = (random.random((lists, members)) * liked).astype(np.float32)

    def reached(prices: np.ndarray) -> int:
        best = np.argpartition(prices - scores, 3 * k, axis=1)[:, : 3 * k]
        return int(np.minimum(np.bincount(best.ravel(), minlength=members), cap).sum())

    blocks = (scores[first : first + 8] for first in range(0, lists, 4))
    prices = sampled_prices(blocks, members, k=k, share=cap / lists)
    assert prices.min() == 0
    assert np.corrcoef(prices, liked)[0, 1] > 0.7
    assert reached(prices) >= lists * k > reached(np.zeros(members))
    assert sampled_prices(iter(()), 3, k=1, share=0.5).tolist() == [0, 0, 0]


def test_what_is_refused() -> None:
    candidates, scores = np.array([[0, 1]]), np.ones((1, 2), np.float32)
    for members, k, cap in ((2, 3, 9), (2, 0, 1), (2, 1, 0)):
        with pytest.raises(InvalidInputError, match="cannot be filled"):
            rank_with_capacity(candidates, scores, members, k=k, cap=cap)
    with pytest.raises(InvalidInputError, match="cannot be filled"):
        rank_with_capacity(np.tile(candidates, (5, 1)), np.tile(scores, (5, 1)), 2, k=1, cap=2)
    with pytest.raises(InvalidInputError, match="no member 1"):
        rank_with_capacity(candidates, scores, 1, k=1, cap=1)
    with pytest.raises(InvalidInputError, match="twice"):
        rank_with_capacity(np.array([[1, 1]]), scores, 2, k=1, cap=1)
    with pytest.raises(InvalidInputError, match="no candidates"):
        rank_with_capacity(candidates[:, :0], scores[:, :0], 2, k=1, cap=1)
    for bad in (0.0, np.nan, np.inf):
        with pytest.raises(InvalidInputError, match="above 0"):
            rank_with_capacity(candidates, np.array([[1, bad]], np.float32), 2, k=1, cap=1)
