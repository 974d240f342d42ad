"""Counting and finding ids against plain twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import SeenIds, SortedIdSet, scatter

# Close together and far apart, on both sides of the borders of words.
IDS = st.one_of(st.integers(0, 300), st.integers(0, 70_000))
SETS = st.sets(IDS, max_size=60)
ROWS = st.lists(IDS, max_size=200)


def array(values: list[int]) -> np.ndarray:
    return np.array(values, np.uint32)


@given(SETS, ROWS)
def test_places_counts_and_membership(known: set[int], rows: list[int]) -> None:
    ids = SortedIdSet(array(sorted(known)))
    order = sorted(known)
    expected = [order.index(one) if one in known else -1 for one in rows]
    assert ids.places(array(rows)).tolist() == expected
    assert ids.has(array(rows)).tolist() == [one in known for one in rows]
    counts = np.full(len(known), 2, np.int64)
    strangers = ids.count(array(rows), counts)
    assert strangers == sum(one not in known for one in rows)
    assert counts.tolist() == [2 + rows.count(one) for one in order]


@given(SETS, ROWS, st.integers(1, 5), st.integers(0, 200))
def test_last_rows_land_in_order(known: set[int], rows: list[int], last: int, cut: int) -> None:
    order = sorted(known)
    ids = SortedIdSet(array(order))
    counts = np.zeros(len(order), np.int64)
    ids.count(array(rows), counts)
    kept = np.minimum(counts, last)
    starts = np.cumsum(kept) - kept
    following = starts - (counts - kept)
    parts = (array(rows[:cut]), array(rows[cut:]))
    slots = np.concatenate([ids.last_slots(part, starts, following) for part in parts])
    found = np.full(int(kept.sum()), -1)
    scatter(np.arange(len(rows)), slots, found)
    twin = [
        row for one in order for row in [r for r, other in enumerate(rows) if other == one][-last:]
    ]
    assert found.tolist() == twin


@given(ROWS, ROWS)
def test_ids_are_gathered(first: list[int], second: list[int]) -> None:
    seen = SeenIds()
    seen.add(array(first))
    seen.add(array(second))
    assert seen.ids().tolist() == sorted({*first, *second})
    assert seen.ids().dtype == np.uint32


def test_far_ids_are_gathered() -> None:
    seen = SeenIds()
    assert seen.ids().tolist() == []
    seen.add(array([2**26, 5]))
    seen.add(array([2**26 + 63, 0]))
    assert seen.ids().tolist() == [0, 5, 2**26, 2**26 + 63]


def test_the_largest_id_is_found() -> None:
    ids = SortedIdSet(array([0, 63, 64, 2**26]))
    assert ids.places(array([2**26, 64, 63, 2**32 - 1, 1])).tolist() == [3, 2, 1, -1, -1]


def test_ids_must_rise_and_lengths_fit() -> None:
    with pytest.raises(InvalidInputError, match="must rise"):
        SortedIdSet(array([3, 3]))
    ids = SortedIdSet(array([3, 4]))
    with pytest.raises(InvalidInputError, match="2 ids are known"):
        ids.count(array([3]), np.zeros(3, np.int64))


@given(
    st.lists(st.integers(-1, 9), max_size=80),
    st.sampled_from([np.bool_, np.uint8, np.int16, np.uint32, np.float64]),
)
def test_values_are_scattered_as_numpy_does(slots: list[int], kind: type[np.generic]) -> None:
    places = np.array(slots, np.int64)
    values = (np.arange(len(slots)) % 3).astype(kind)
    target, twin = np.zeros(10, kind), np.zeros(10, kind)
    scatter(values, places, target)
    for place, value in zip(slots, values, strict=True):
        if place >= 0:
            twin[place] = value
    assert target.tolist() == twin.tolist()


def test_what_cannot_be_scattered_is_refused() -> None:
    target = np.zeros(3, np.uint32)
    with pytest.raises(InvalidInputError, match="slots must lie below 3"):
        scatter(array([1, 2]), np.array([0, 3]), target)
    with pytest.raises(InvalidInputError, match="of the type of the target"):
        scatter(np.array([1, 2]), np.array([0, 1]), target)
