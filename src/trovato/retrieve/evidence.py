"""Why a page was found: which of its words met the question, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trovato.core import PageEvidence, Region, TextLayout, TokenMatch, TokenVectors
from trovato.core.shapes import Float32, Int32
from trovato.ops.language.passages import Window, best_windows, span_scores
from trovato.ops.language.search.unspaced import pieces_of
from trovato.ops.language.sentence_splitter import sentences, sentences_meeting
from trovato.retrieve.matched_words import ContentTokens, met_words
from trovato.retrieve.unspaced_layout import in_pieces
from trovato.retrieve.word_heat import WordHeat, on_page

_PASSAGE_WORDS = 30
_PASSAGES = 3
_LONGEST_SENTENCE = 60  # words; what is longer is a run without marks
_SHORT_TEXT = 1500  # characters; all its sentences are found as fast as those around passages
_SNIPPET_WORDS = 36
_SNIPPET_CHARACTERS = 400  # where nothing is met; scripts without spaces are one long word
# A word is marked in the snippet from this strength on.
_MARK = 0.35


def explain(
    text: str,
    layout: TextLayout,
    vectors: TokenVectors,
    question: str,
    query: TokenVectors,
) -> PageEvidence:
    """Point at the words of a page that meet a question.

    Every query token keeps its best token of the page, as MaxSim does (Khattab and Zaharia 2020,
    equation 3); passages are the sentences with the largest MaxSim of their own.

    Parameters
    ----------
    text, layout
        The page's text and the boxes of its words.
    vectors
        Its token vectors, with spans in the text.
    question, query
        The question and its token vectors.
    """
    return explain_page(text, layout, vectors, ContentTokens.of(question, query))


def explain_page(
    text: str, layout: TextLayout, vectors: TokenVectors, asked: ContentTokens
) -> PageEvidence:
    """The same for a question that is asked of many pages; see `explain`."""
    if not len(vectors) or not len(layout.spans) or not len(asked):
        return PageEvidence(snippet=_opening(text))
    layout = in_pieces(text, layout)
    values, spans = vectors.values, vectors.spans
    if spans is None:  # nobody knows where the vectors stand: equal words alone are shown
        values, spans = values[:0], np.zeros((0, 2), np.int32)
    similarity = values @ asked.vectors.T
    met = met_words(text, layout, spans, similarity, asked)
    strength = met.max(axis=1)
    windows = best_windows(met, _PASSAGE_WORDS, _PASSAGES)
    passages = _whole_sentences(text, layout, met, windows)
    snippet, marks = _snippet(text, layout, strength, passages)
    return PageEvidence(
        snippet=snippet,
        marks=marks,
        # A single word is marked, but is no passage.
        regions=tuple(one for one in _regions(text, layout, passages) if _is_passage(one.text)),
        heat=WordHeat(text, layout, strength) if strength.any() else (),
        matches=_matches(text, spans, similarity, asked) if similarity.any() else (),
    )


def _is_passage(text: str) -> bool:
    words = text.split()
    return len(words) > 1 or (len(words) == 1 and len(pieces_of(words[0])) > 1)


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


def _whole_sentences(
    text: str,
    layout: TextLayout,
    met: Float32[np.ndarray, "words content"],
    windows: list[Window],
) -> list[Window]:
    """The best sentence of each window, best first; where there are only long runs, the window."""
    starts = layout.spans[:, 0]
    if not windows:
        return []
    if len(text) <= _SHORT_TEXT:
        near = sentences(text)
    else:
        reaches = [
            (int(starts[window.start]), int(layout.spans[window.end - 1, 1])) for window in windows
        ]
        near = [one for reach in reaches for one in sentences_meeting(text, *reach)]
    edges = np.searchsorted(starts, np.array(near, np.int64).reshape(-1, 2))
    edges = edges[edges[:, 0] < edges[:, 1]]
    scored = [
        Window(first, last, score)
        for (first, last), score in zip(
            edges.tolist(), span_scores(met, edges).tolist(), strict=True
        )
    ]
    found: dict[tuple[int, int], Window] = {}
    for window in windows:
        inside = [one for one in scored if one.start < window.end and window.start < one.end]
        best = max(inside, key=lambda one: (one.score, -one.start), default=window)
        if best.end - best.start > _LONGEST_SENTENCE:
            best = window
        found.setdefault((best.start, best.end), best)
    return sorted(found.values(), key=lambda one: (-one.score, one.start))


def _snippet(
    text: str,
    layout: TextLayout,
    strength: Float32[np.ndarray, " words"],
    windows: list[Window],
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The best passage and what follows it, and the spans of its matched words."""
    if not windows:
        return _opening(text), ()
    best = windows[0]
    first = best.start
    last = min(len(layout.spans), first + _SNIPPET_WORDS)
    said, marks = list[str](), list[tuple[int, int]]()
    place, before = 0, -1
    marked = (strength[first:last] >= _MARK).tolist()
    for (start, end), mark in zip(layout.spans[first:last].tolist(), marked, strict=True):
        word = text[start:end]
        if not word.isalnum():  # there may be spaces in it
            word = " ".join(word.split())
        if before not in (-1, start):
            said.append(" ")
            place += 1
        said.append(word)
        if mark:
            goes_on = bool(marks) and marks[-1][1] == place
            marks.append((marks.pop()[0] if goes_on else place, place + len(word)))
        place += len(word)
        before = end
    return "".join(said), tuple(marks)


def _opening(text: str) -> str:
    return " ".join(text.split()[:_SNIPPET_WORDS])[:_SNIPPET_CHARACTERS]


def _regions(text: str, layout: TextLayout, windows: list[Window]) -> tuple[Region, ...]:
    """One region per passage, or several where a passage goes on elsewhere on the page."""
    return tuple(
        Region(
            on_page(layout, box),
            window.score / windows[0].score,
            text[layout.spans[first, 0] : layout.spans[last - 1, 1]],
        )
        for window in windows
        for first, last, box in _unbroken(layout, window)
    )


def _unbroken(layout: TextLayout, window: Window) -> Iterator[tuple[int, int, list[float]]]:
    """A passage cut where a word stands above the one before it, or far below: words and boxes."""
    boxes = layout.boxes[window.start : window.end].tolist()
    first, (left, top, right, bottom) = window.start, boxes[0]
    above, below = top, bottom  # of the word before
    for word, (start, upper, end, lower) in enumerate(boxes[1:], window.start + 1):
        if lower < above - (below - above) or upper > below + 2 * (below - above):
            yield first, word, [left, top, right, bottom]
            first, left, top, right, bottom = word, start, upper, end, lower
        else:
            left = start if start < left else left
            top = upper if upper < top else top
            right = end if end > right else right
            bottom = lower if lower > bottom else bottom
        above, below = upper, lower
    yield first, window.end, [left, top, right, bottom]


def _matches(
    text: str,
    spans: Int32[np.ndarray, "tokens 2"],
    similarity: Float32[np.ndarray, "tokens content"],
    asked: ContentTokens,
) -> tuple[TokenMatch, ...]:
    best = similarity.argmax(axis=0)
    scores = similarity[best, np.arange(len(asked))]
    return tuple(
        TokenMatch(query=piece, found=text[start:end], start=start, end=end, score=score)
        for piece, (start, end), score in zip(
            asked.pieces, spans[best].tolist(), scores.tolist(), strict=True
        )
    )
