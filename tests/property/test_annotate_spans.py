"""Spans over any text: what is quoted is what stands there."""

from hypothesis import assume, given
from hypothesis import strategies as st

from trovato.annotate import find_quote, reanchor, span_at

# Emoji, combining marks, right to left, line ends, tabs, NUL, and letters that repeat.
TEXT = st.text(
    st.one_of(
        st.sampled_from("ab \t\r\n\0é\u0301😀👩‍👩‍👧عربי\u202e"),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=60,
)


@given(TEXT, st.data())
def test_a_quote_is_the_slice(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = span_at(text, start, end)
    assert span.quote == text[span.start : span.end]
    first = find_quote(text, span.quote)
    assert first is not None
    assert first.start <= start
    # As a browser counts.
    units = text.encode("utf-16-le")
    before = len(text[:start].encode("utf-16-le"))
    assert units[before : before + len(span.quote.encode("utf-16-le"))].decode("utf-16-le") == (
        span.quote
    )


@given(TEXT, TEXT, TEXT, st.data())
def test_a_span_is_found_in_the_next_version(
    text: str, before: str, after: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = span_at(text, start, end)
    new = before + text + after
    found = reanchor(text, span, new)
    assert found is not None
    assert new[found.start : found.end] == span.quote
    assert reanchor(text, span, text) == span


@given(TEXT, st.data())
def test_a_span_whose_words_are_gone_is_not_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    new = text.replace(text[start:end], "")
    assume(text[start:end] not in new)
    assert reanchor(text, span_at(text, start, end), new) is None


def test_of_equal_words_those_with_the_same_neighbours_are_taken() -> None:
    old = "one red door, two blue doors, one green door"
    span = span_at(old, 40, 44)
    new = "one green door, one red door, two blue doors"
    found = reanchor(old, span, new)
    assert found is not None
    assert found.start == 10
