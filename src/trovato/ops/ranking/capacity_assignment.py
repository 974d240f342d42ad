"""Lists of members for many askers, where each member can be on a few lists only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int64, Integer
from trovato.ops.ranking.greedy_b_matching import fill, greedy_b_matching

_ROWS = 4096  # lists looked at together
_DECAY = 0.93  # of the step by which prices move


@dataclass(frozen=True, slots=True, eq=False)
class CapacityRanking:
    """Lists that keep to all capacities, and how far they can be from the best ones.

    Parameters
    ----------
    places
        Members of each list, by falling score.
    scores
        Their scores; 0 for members who were no candidates.
    bound
        No lists that keep to the capacities have a larger sum of scores.
    """

    places: Int64[np.ndarray, "lists k"]
    scores: Float32[np.ndarray, "lists k"]
    bound: float

    @property
    def value(self) -> float:
        """Sum of all scores."""
        return float(self.scores.sum(dtype=np.float64))

    @property
    def gap(self) -> float:
        """At most this share of the largest possible sum is missing."""
        return max(0.0, 1 - self.value / self.bound) if self.bound > 0 else 0.0


def rank_with_capacity(
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    members: int,
    *,
    k: int,
    cap: int,
    rounds: int = 60,
    spare: Int64[np.ndarray, " members"] | None = None,
) -> CapacityRanking:
    """Exactly `k` members for each list, each member on at most `cap`, for a large sum of scores.

    This is a b-matching. Each member has a price, which rises while more than `cap` lists want the
    member for score less price, and falls otherwise: subgradient steps on the dual, whose value is
    the bound. Then members are assigned greedily, by how far score less price lies above what the
    list could have instead, with these prices and with none, and by score alone; the best of the
    three is kept. Places that are left go to members with room, candidates or not.

    Memory is about 40 bytes for each candidate.

    Source: Bertsekas, "Linear network optimization", 1991, chapter 4 (prices and their dual).

    Parameters
    ----------
    candidates
        Places of members, each at most once in a row; negative where there are fewer.
    scores
        Above 0. Members who are not candidates of a list count 0 there.
    members
        How many there are.
    k, cap
        Length of a list, and lists for a member.
    rounds
        How often prices move; with 0 the bound is a loose one.
    spare
        All members, in the order in which they take places that candidates leave.

    Raises
    ------
    InvalidInputError
        If the lists cannot be filled, a score is not a number above 0, a member is unknown, or a
        list has a candidate twice.
    """
    _check(candidates, scores, members, k, cap)
    scores = np.where(candidates >= 0, scores, np.float32(0))
    prices, bound = _prices(candidates, scores, members, k, cap, rounds)
    order = np.arange(members) if spare is None else spare
    found = []
    for worth in chain(_above_border(candidates, scores, prices, k), (scores,)):
        places = greedy_b_matching(candidates, scores, worth, members, k, cap)
        found.append(fill(places, candidates, scores, order, cap))
    places, got = max(found, key=lambda one: float(one[1].sum(dtype=np.float64)))
    return CapacityRanking(places, got, bound)


def _above_border(
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    prices: Float32[np.ndarray, " members"],
    k: int,
) -> Iterator[Float32[np.ndarray, "lists m"]]:
    """How far score less price lies above what the list could have instead, one array a time."""
    for price in (prices, np.zeros_like(prices))[: 2 if prices.any() else 1]:
        worth = np.empty_like(scores)
        for rows, net, border in _tiles(candidates, scores, price, k):
            worth[rows] = net - border[:, None]
        yield worth


def sampled_prices(
    blocks: Iterable[Float32[np.ndarray, "some members"]], members: int, *, k: int, share: float
) -> Float32[np.ndarray, " members"]:
    """Prices of members that some of the lists teach, one block after the other.

    Where the same members score best on many lists, candidates should be chosen by score less
    price, or all lists have the same few. Each block is a step of a stochastic subgradient method;
    the mean over the last steps is returned.

    Source: Agrawal, Wang and Ye, "A dynamic near-optimal algorithm for online linear programming",
    2014.

    Parameters
    ----------
    blocks
        Scores of all members for some lists, which are a fair sample of all.
    members
        How many there are.
    k
        Length of a list.
    share
        On what share of all lists a member can be.
    """
    prices, total, steps, reach = np.zeros(members, np.float32), np.zeros(members), 0, 0.0
    for step, scores in enumerate(blocks):
        net = scores - prices
        border = np.partition(net, -k, axis=1)[:, -k]
        wanted = (net >= border[:, None]).sum(axis=0)
        room = share * len(scores)
        if not step:
            reach = float(np.mean(net.max(axis=1) - border))
        move = np.clip((wanted - room) / max(room, 1), -1, 3) * reach / (5 * np.sqrt(1 + step))
        prices = np.maximum(prices + move, 0).astype(np.float32)
        if step & (step + 1) == 0:  # the last power of two begins the mean anew
            total, steps = np.zeros(members), 0
        total, steps = total + prices, steps + 1
    return (total / max(steps, 1)).astype(np.float32)


def _prices(
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    members: int,
    k: int,
    cap: int,
    rounds: int,
) -> tuple[Float32[np.ndarray, " members"], float]:
    """Prices after some rounds, and the least value of the dual that was met on the way."""
    prices, bound = _first_prices(candidates, scores, members, k, cap), np.inf
    step = float(scores.std())
    for _ in range(rounds + 1):
        wanted = np.zeros(members, np.int64)
        value = cap * float(prices.sum(dtype=np.float64))
        for rows, net, border in _tiles(candidates, scores, prices, k):
            above = net > border[:, None]
            wanted += np.bincount(candidates[rows][above], minlength=members)
            value += float(net[above].sum(dtype=np.float64))
            value += float((border * (k - above.sum(axis=1))).sum(dtype=np.float64))
        bound = min(bound, value)
        last = prices
        move = step * np.clip((wanted - cap) / cap, -1, 2)
        prices = np.maximum(prices + move, 0).astype(np.float32)
        step *= _DECAY
    return last, bound * (1 + 1e-6)  # prices and scores are of single precision


def _first_prices(
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    members: int,
    k: int,
    cap: int,
) -> Float32[np.ndarray, " members"]:
    """Prices to begin with: 0, or what members would cost whom no list can replace.

    The latter where candidates have less room than lists have places: prices move by steps of the
    scores' deviation, so they must begin on the right side.
    """
    prices = np.zeros(members, np.float32)
    there = candidates >= 0
    lists_of = np.bincount(candidates[there], minlength=members)
    if int(np.minimum(lists_of, cap).sum()) >= len(candidates) * k:
        return prices
    who, score = candidates[there], scores[there]
    order = np.lexsort((-score, who))
    starts = np.cumsum(lists_of) - lists_of
    wanted = lists_of > cap
    prices[wanted] = score[order[starts[wanted] + cap]]
    return prices


def _tiles(
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    prices: Float32[np.ndarray, " members"],
    k: int,
) -> Iterator[tuple[slice, Float32[np.ndarray, "some m"], Float32[np.ndarray, " some"]]]:
    """Scores less prices, and what each list can have instead of its best `k`: 0 or better."""
    for first in range(0, len(scores), _ROWS):
        rows = slice(first, first + _ROWS)
        net = scores[rows] - np.where(candidates[rows] >= 0, prices[candidates[rows]], 0)
        border = np.zeros(len(net), np.float32)
        if net.shape[1] > k:
            border = np.maximum(np.partition(net, -k - 1, axis=1)[:, -k - 1], 0)
        yield rows, net, border


def _check(
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    members: int,
    k: int,
    cap: int,
) -> None:
    if k < 1 or cap < 1 or members < k or members * cap < len(candidates) * k:
        raise InvalidInputError(
            f"{len(candidates)} lists of {k} out of {members} members, each on at most {cap}, "
            "cannot be filled"
        )
    if not candidates.size:
        raise InvalidInputError("there are no candidates: each list needs one place at least")
    there = candidates >= 0
    if int(candidates.max()) >= members:
        raise InvalidInputError(f"there is no member {int(candidates.max())} of {members}")
    if not bool((scores[there] > 0).all()) or not bool(np.isfinite(scores[there]).all()):
        raise InvalidInputError("scores must be numbers above 0; shift them")
    for first in range(0, len(candidates), _ROWS):
        ordered = np.sort(candidates[first : first + _ROWS], axis=1)
        if bool(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any()):
            raise InvalidInputError("a list has a candidate twice")
