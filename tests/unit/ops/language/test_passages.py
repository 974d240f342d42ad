import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, generator
from trovato.ops.language.passages import best_windows


def met_of(words: int, *entries: tuple[int, int, float]) -> np.ndarray:
    met = np.zeros((words, 3), np.float32)
    for word, query, value in entries:
        met[word, query] = value
    return met


def test_the_window_that_meets_more_of_the_query_wins() -> None:
    met = met_of(40, (2, 0, 1.0), (30, 0, 0.9), (33, 1, 0.9))
    best = best_windows(met, width=6, count=1)[0]
    assert (best.start, best.end) == (30, 34)
    assert best.score == pytest.approx(1.8)


def test_meeting_one_token_twice_counts_once() -> None:
    met = met_of(20, (1, 0, 1.0), (2, 0, 1.0), (12, 0, 0.8), (13, 1, 0.8))
    assert best_windows(met, width=4, count=1)[0].start == 12


def test_windows_do_not_overlap_and_the_best_comes_first() -> None:
    met = met_of(30, (3, 0, 1.0), (4, 1, 1.0), (5, 2, 0.5), (6, 0, 0.4), (20, 1, 0.3))
    windows = best_windows(met, width=3, count=5)
    covered = [word for window in windows for word in range(window.start, window.end)]
    assert len(covered) == len(set(covered))
    assert (windows[0].start, windows[0].end) == (3, 6)
    assert windows[-1].start in (6, 20)


def test_where_nothing_meets_there_are_no_windows() -> None:
    assert best_windows(met_of(5), width=3, count=2) == []


@pytest.mark.parametrize(("width", "count"), [(0, 1), (1, 0)])
def test_empty_windows_are_refused(width: int, count: int) -> None:
    with pytest.raises(InvalidInputError):
        best_windows(met_of(5), width=width, count=count)


@given(st.integers(0, 60), st.integers(1, 12), st.integers(1, 6), st.integers(0, 999))
def test_windows_are_disjoint_and_begin_and_end_with_a_match(
    words: int, width: int, count: int, seed: int
) -> None:
    draw = generator(seed, "windows")
    met = np.maximum(draw.standard_normal((words, 3)) - 1, 0).astype(np.float32)
    windows = best_windows(met, width, count)
    covered = [word for window in windows for word in range(window.start, window.end)]
    assert len(covered) == len(set(covered))
    assert len(windows) <= count
    for window in windows:
        assert window.end - window.start <= width
        assert met[window.start].max() > 0
        assert met[window.end - 1].max() > 0
