"""A text ends before the first stop string, however it is cut into pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trovato.ops.language.stop_strings import StopFilter, before_stop

TEXTS = st.text("ab#\n", max_size=30)
STOPS = st.lists(st.text("ab#\n", min_size=1, max_size=4), max_size=3)


@given(TEXTS, STOPS)
def test_nothing_that_stops_is_left(text: str, stop: list[str]) -> None:
    kept = before_stop(text, stop)
    assert text.startswith(kept)
    assert not any(one in kept for one in stop)
    if kept != text:
        assert any(text[len(kept) :].startswith(one) for one in stop)


@given(st.lists(st.text("ab#\n", max_size=3), max_size=12), STOPS)
def test_pieces_give_a_text_that_ends_as_the_whole_one_does(
    pieces: list[str], stop: list[str]
) -> None:
    passing = StopFilter(stop)
    shown = ""
    for piece in pieces:
        shown += passing.push(piece)
        assert not any(one in shown for one in stop)
        if passing.stopped:
            break
    shown += passing.rest()
    whole = "".join(pieces)
    assert passing.stopped == any(one in whole for one in stop)
    if passing.stopped:
        # What completes first ends it; before that, nothing was shown that should not be.
        assert whole.startswith(shown)
        assert any(whole[len(shown) :].startswith(one) for one in stop)
    else:
        assert shown == whole
