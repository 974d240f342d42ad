from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trovato.encode.windows import Window, windows


def test_what_fits_is_one_window() -> None:
    assert windows(254, 254, 32) == [Window(0, 254, 0, 254)]


def test_nothing_needs_no_window() -> None:
    assert windows(0, 254, 32) == []


def test_two_windows_share_the_overlap_and_meet_in_its_middle() -> None:
    assert windows(10, 6, 2) == [Window(0, 6, 0, 5), Window(4, 10, 5, 10)]


@given(st.integers(1, 5000), st.integers(2, 300), st.data())
def test_every_token_once_and_where_it_is_farthest_from_an_edge(
    count: int, size: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    cut = windows(count, size, overlap)
    assert [t for w in cut for t in range(w.first, w.last)] == list(range(count))
    for w in cut:
        assert 0 <= w.start <= w.first < w.last <= w.stop <= count
        assert w.stop - w.start <= size
    for left, right in pairwise(cut):
        assert left.stop - right.start >= overlap
        for token in range(right.start, left.stop):
            from_left, from_right = left.stop - 1 - token, token - right.start
            taken_from_left = token < left.last
            assert (
                (from_left + 1 >= from_right) if taken_from_left else (from_right + 1 >= from_left)
            )


@given(st.integers(1, 3000))
def test_windows_are_equally_long_and_no_more_than_needed(count: int) -> None:
    cut = windows(count, 254, 32)
    assert len({w.stop - w.start for w in cut}) == 1
    assert len(cut) == 1 or (len(cut) - 1) * (254 - 32) + 32 < count
