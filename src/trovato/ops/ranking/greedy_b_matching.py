"""Dealing members to lists: the best pair first, and then whoever has room."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float32, Int64, Integer
from trovato.ops.ranking.tiled_top_k import NO_ITEM

_TOGETHER = 1 << 20  # pairs decided on together
_ROWS = 4096  # lists looked at together


def greedy_b_matching(
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    worth: Float32[np.ndarray, "lists m"],
    members: int,
    k: int,
    cap: int,
) -> Int64[np.ndarray, "lists k"]:
    """The outcome of taking pairs by falling worth while both sides have room.

    Pairs are looked at in blocks. One is taken at once if there is room even when all pairs before
    it, of the same list or member, were taken; then those with a full side are dropped, and so on.

    Returns
    -------
    Members by falling score; `NO_ITEM` where a list could not be filled.
    """
    lists, m = candidates.shape
    pairs = np.flatnonzero(candidates.ravel() >= 0)
    pairs = pairs[np.argsort(-worth.ravel()[pairs], kind="stable")]
    owner, member = pairs // m, candidates.ravel()[pairs].astype(np.int64)
    taken = np.zeros(lists * m, bool)
    given, used = np.zeros(lists, np.int64), np.zeros(members, np.int64)
    for first in range(0, len(pairs), _TOGETHER):
        block = slice(first, first + _TOGETHER)
        pair, of, who = pairs[block], owner[block], member[block]
        while len(pair):
            open_ = (given[of] < k) & (used[who] < cap)
            pair, of, who = pair[open_], of[open_], who[open_]
            sure = (given[of] + _before(of) < k) & (used[who] + _before(who) < cap)
            taken[pair[sure]] = True
            given += np.bincount(of[sure], minlength=lists)
            used += np.bincount(who[sure], minlength=members)
            pair, of, who = pair[~sure], of[~sure], who[~sure]
    kept = taken.reshape(lists, m)
    if m < k:
        kept = np.pad(kept, ((0, 0), (0, k - m)))
        candidates = np.pad(candidates, ((0, 0), (0, k - m)), constant_values=NO_ITEM)
        scores = np.pad(scores, ((0, 0), (0, k - m)))
    order = np.argsort(np.where(kept, -scores, np.inf), axis=1, kind="stable")[:, :k]
    chosen = np.take_along_axis(candidates.astype(np.int64), order, axis=1)
    return np.where(np.take_along_axis(kept, order, axis=1), chosen, NO_ITEM)


def _before(groups: Int64[np.ndarray, " pairs"]) -> Int64[np.ndarray, " pairs"]:
    """How many earlier pairs are of the same group."""
    order = np.argsort(groups, kind="stable")
    grouped = groups[order]
    starts = np.flatnonzero(np.diff(grouped, prepend=-1))
    lengths = np.diff(starts, append=len(groups))
    counts = np.empty(len(groups), np.int64)
    counts[order] = np.arange(len(groups)) - np.repeat(starts, lengths)
    return counts


def fill(
    places: Int64[np.ndarray, "lists k"],
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
    spare: Int64[np.ndarray, " members"],
    cap: int,
) -> tuple[Int64[np.ndarray, "lists k"], Float32[np.ndarray, "lists k"]]:
    """Fill all lists with members who have room, in the order of `spare`, and score everyone.

    There is always a way if members × cap ≥ lists × k and members ≥ k. Where all who have room are
    on the list already, one of them takes a place on another list, whose member comes here: a full
    list has someone whom one with a free place has not.
    """
    places = places.copy()
    lists, k = places.shape
    room = np.full(len(spare), min(cap, lists)) - np.bincount(
        places[places != NO_ITEM], minlength=len(spare)
    )
    first = 0
    for row in np.flatnonzero((places == NO_ITEM).any(axis=1)).tolist():
        own = places[row]
        missing = int((own == NO_ITEM).sum())
        while first < len(spare) and not room[spare[first]]:
            first += 1
        last, fresh = first, spare[:0]
        while last < len(spare) and len(fresh) < missing:
            last += 2 * (last - first) + k + missing
            window = spare[first:last]
            fresh = window[(room[window] > 0) & ~np.isin(window, own)][:missing]
        own[k - missing : k - missing + len(fresh)] = fresh
        room[fresh] -= 1
    _exchange(places, room)
    return _scored(places, candidates, scores)


def _exchange(places: Int64[np.ndarray, "lists k"], room: Int64[np.ndarray, " members"]) -> None:
    """Fill, in place, what could not be filled directly.

    Everyone who has room is on every list with a free place, so the lists without such a member are
    full.
    """
    while (places == NO_ITEM).any():
        row, slot = (int(one[0]) for one in np.nonzero(places == NO_ITEM))
        who = int(np.flatnonzero(room > 0)[0])
        room[who] -= 1
        other = places[np.flatnonzero(~(places == who).any(axis=1))[0]]
        place = int(np.flatnonzero(~np.isin(other, places[row]))[0])
        places[row, slot], other[place] = other[place], who


def _scored(
    places: Int64[np.ndarray, "lists k"],
    candidates: Integer[np.ndarray, "lists m"],
    scores: Float32[np.ndarray, "lists m"],
) -> tuple[Int64[np.ndarray, "lists k"], Float32[np.ndarray, "lists k"]]:
    """Lists by falling score, 0 for who is no candidate."""
    found = np.zeros(places.shape, np.float32)
    width = int(max(places.max(initial=0), candidates.max(initial=0))) + 2
    for first in range(0, len(places), _ROWS):
        rows = slice(first, first + _ROWS)
        shift = np.arange(len(places[rows]))[:, None] * width
        known = (candidates[rows] + shift).ravel()
        order = np.argsort(known, kind="stable")
        wanted = places[rows] + shift
        at = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
        found[rows] = np.where(known[at] == wanted, scores[rows].ravel()[at], 0)
    order = np.argsort(-found, axis=1, kind="stable")
    return np.take_along_axis(places, order, axis=1), np.take_along_axis(found, order, axis=1)
