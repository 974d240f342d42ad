"""Why a page was found: which of its words met the question, and where they stand."""

from __future__ import annotations

import re

import numpy as np

from trovato.core import (
    Box,
    Evidence,
    Region,
    TextLayout,
    TokenMatch,
    TokenVectors,
)
from trovato.core.shapes import Float32, Int32
from trovato.index import QUERY_STOP_WORDS
from trovato.ops.passages import Window, best_windows

# Cosines of unrelated word pieces lie below this; what is above counts, rescaled to 0…1.
_FLOOR = 0.4
_PASSAGE_WORDS = 30
_PASSAGES = 3
_SNIPPET_WORDS = 36
# A word is marked in the snippet from this strength on.
_MARK = 0.35
_WORD = re.compile(r"\w+")


def explain(
    text: str,
    layout: TextLayout,
    vectors: TokenVectors,
    question: str,
    query: TokenVectors,
) -> Evidence:
    """Point at the words of a page that meet a question.

    Every query token keeps its best token of the page, as MaxSim does (Khattab and Zaharia 2020,
    equation 3); passages are the windows of words with the largest MaxSim of their own.

    Parameters
    ----------
    text, layout
        The page's text and the boxes of its words.
    vectors
        Its token vectors, with spans in the text.
    question, query
        The question and its token vectors.
    """
    content = _content_tokens(question, query)
    if not len(vectors) or not len(layout.spans) or not len(content):
        return Evidence(snippet=_opening(text))
    similarity = vectors.values @ query.values[content].T
    met = _met_words(text, layout, vectors.spans, similarity, question, query.spans[content])
    windows = best_windows(met, _PASSAGE_WORDS, _PASSAGES)
    snippet, marks = _snippet(text, layout, met.max(axis=1), windows)
    return Evidence(
        snippet=snippet,
        marks=marks,
        regions=_regions(text, layout, windows),
        heat=_heat(text, layout, met.max(axis=1)),
        matches=_matches(text, vectors.spans, similarity, question, query.spans[content]),
    )


def regions_of(text: str, layout: TextLayout, start: int, end: int) -> tuple[Region, ...]:
    """Where some characters of a page's text stand, as one region or several.

    Parameters
    ----------
    text, layout
        The page's text and the boxes of its words.
    start, end
        First character, and one past the last.

    Returns
    -------
    Regions of weight 1; none for a page without boxes.
    """
    first = int(np.searchsorted(layout.spans[:, 1], start, side="right"))
    last = int(np.searchsorted(layout.spans[:, 0], end, side="left"))
    return _regions(text, layout, [Window(first, last, 1.0)] if first < last else [])


def _content_tokens(question: str, query: TokenVectors) -> Int32[np.ndarray, " content"]:
    """Query tokens that carry meaning: no special tokens, punctuation or stop words."""
    words = {
        position: match.group().casefold()
        for match in _WORD.finditer(question)
        for position in range(match.start(), match.end())
    }
    kept = [
        token
        for token, (start, end) in enumerate(query.spans.tolist())
        if end > start and words.get(start, "the") not in QUERY_STOP_WORDS
    ]
    return np.array(kept, np.int32)


def _met_words(
    text: str,
    layout: TextLayout,
    spans: Int32[np.ndarray, "tokens 2"],
    similarity: Float32[np.ndarray, "tokens content"],
    question: str,
    query_spans: Int32[np.ndarray, "content 2"],
) -> Float32[np.ndarray, "words content"]:
    """How well each word meets each query token, 0…1; the same word in both is a full match."""
    met = np.zeros((len(layout.spans), similarity.shape[1]), np.float32)
    word = layout.words_of(spans)
    np.maximum.at(met, word[word >= 0], np.maximum(similarity[word >= 0] - _FLOOR, 0))
    met /= 1 - _FLOOR
    asked = [_word_around(question, int(start)) for start in query_spans[:, 0]]
    for row, (start, end) in enumerate(layout.spans.tolist()):
        said = {match.group().casefold() for match in _WORD.finditer(text, start, end)}
        if said:
            met[row, [column for column, term in enumerate(asked) if term in said]] = 1.0
    return np.minimum(met, np.float32(1))


def _word_around(text: str, position: int) -> str:
    """The word of `text` that holds `position`, folded; empty between words."""
    for match in _WORD.finditer(text):
        if match.start() <= position < match.end():
            return match.group().casefold()
    return ""


def _snippet(
    text: str,
    layout: TextLayout,
    strength: Float32[np.ndarray, " words"],
    windows: list[Window],
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The best passage with some words around it, and the spans of its matched words."""
    if not windows:
        return _opening(text), ()
    best = windows[0]
    around = max(0, _SNIPPET_WORDS - (best.end - best.start))
    first = max(0, best.start - around // 2)
    last = min(len(layout.spans), first + _SNIPPET_WORDS)
    pieces: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    for word in range(first, last):
        piece = " ".join(text[layout.spans[word, 0] : layout.spans[word, 1]].split())
        if strength[word] >= _MARK:
            marks.append((length, length + len(piece)))
        pieces.append(piece)
        length += len(piece) + 1
    return " ".join(pieces), tuple(marks)


def _opening(text: str) -> str:
    return " ".join(text.split()[:_SNIPPET_WORDS])


def _regions(text: str, layout: TextLayout, windows: list[Window]) -> tuple[Region, ...]:
    """One region per passage, or several where a passage goes on elsewhere on the page."""
    regions = []
    for window in windows:
        weight = window.score / windows[0].score
        for run in _unbroken(layout, window):
            words = [layout.box(word) for word in run]
            said = text[layout.spans[run[0], 0] : layout.spans[run[-1], 1]]
            regions.append(Region(_on_page(layout, Box.around(words)), weight, said))
    return tuple(regions)


def _unbroken(layout: TextLayout, window: Window) -> list[range]:
    """Cut a passage where the next word stands above the last one, or far below it."""
    runs, first = [], window.start
    for word in range(window.start + 1, window.end):
        _, top, _, bottom = layout.boxes[word - 1]
        height = bottom - top
        above = layout.boxes[word, 3] < top - height
        below = layout.boxes[word, 1] > bottom + 2 * height
        if above or below:
            runs.append(range(first, word))
            first = word
    return [*runs, range(first, window.end)]


def _heat(
    text: str, layout: TextLayout, strength: Float32[np.ndarray, " words"]
) -> tuple[Region, ...]:
    peak = float(strength.max())
    return tuple(
        Region(
            _on_page(layout, layout.box(word)),
            float(strength[word]) / peak,
            text[layout.spans[word, 0] : layout.spans[word, 1]],
        )
        for word in np.flatnonzero(strength > 0).tolist()
    )


def _on_page(layout: TextLayout, box: Box) -> Box:
    """The part of a box that lies on the page."""
    left, right = (min(max(edge, 0.0), layout.width) for edge in (box.left, box.right))
    top, bottom = (min(max(edge, 0.0), layout.height) for edge in (box.top, box.bottom))
    return Box(left, top, right, bottom)


def _matches(
    text: str,
    spans: Int32[np.ndarray, "tokens 2"],
    similarity: Float32[np.ndarray, "tokens content"],
    question: str,
    query_spans: Int32[np.ndarray, "content 2"],
) -> tuple[TokenMatch, ...]:
    best = similarity.argmax(axis=0)
    return tuple(
        TokenMatch(
            query=question[asked[0] : asked[1]],
            found=text[spans[token, 0] : spans[token, 1]],
            start=int(spans[token, 0]),
            end=int(spans[token, 1]),
            score=float(similarity[token, column]),
        )
        for column, (token, asked) in enumerate(
            zip(best.tolist(), query_spans.tolist(), strict=True)
        )
    )
