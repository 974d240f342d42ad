"""Spans of text: where the quoted words stand, and where they stand in a later version.

Places are code points, as Python counts them. Browsers count UTF-16 units; the page converts.
"""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError

# Characters kept on each side, to tell apart places that have the same words.
_CONTEXT = 32


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a text.

    Parameters
    ----------
    start, end
        First code point, and one past the last.
    quote
        The words between.
    """

    start: int
    end: int
    quote: str


def span_at(text: str, start: int, end: int) -> Span:
    """The span between two places.

    Raises
    ------
    InvalidInputError
        If it is empty or not inside the text.
    """
    if not 0 <= start < end <= len(text):
        raise InvalidInputError(
            f"a span lies inside the text of {len(text)} characters and is not empty, got "
            f"{start}-{end}"
        )
    return Span(start, end, text[start:end])


def find_quote(text: str, quote: str) -> Span | None:
    """Where the very words stand first; None where they do not."""
    start = text.find(quote) if quote else -1
    return None if start < 0 else Span(start, start + len(quote), quote)


def reanchor(old: str, span: Span, new: str) -> Span | None:
    """Where a span of an old text stands in a new one; None where its words are gone.

    Of several places with the same words it is the one with the most of the same text around it,
    then the one nearest to where it was.
    """
    before = old[max(0, span.start - _CONTEXT) : span.start]
    after = old[span.end : span.end + _CONTEXT]
    best: tuple[int, int] | None = None
    found = new.find(span.quote)
    while found >= 0:
        end = found + len(span.quote)
        same = _common(before[::-1], new[max(0, found - _CONTEXT) : found][::-1])
        same += _common(after, new[end : end + _CONTEXT])
        key = (-same, abs(found - span.start))
        if best is None or key < best:
            best, place = key, found
        found = new.find(span.quote, found + 1)
    return None if best is None else Span(place, place + len(span.quote), span.quote)


def _common(first: str, second: str) -> int:
    """Characters that both begin with."""
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))
