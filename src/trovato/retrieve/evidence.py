"""Why a page was found: which of its words met the question, and where they stand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from trovato.core import Box, PageEvidence, Region, TextLayout, TokenMatch, TokenVectors
from trovato.core.shapes import Float32, Int32
from trovato.ops.language.passages import Window, best_windows
from trovato.ops.language.search.unspaced import pieces_of
from trovato.ops.language.sentence_splitter import sentences, sentences_meeting
from trovato.retrieve.matched_words import ContentTokens, met_words
from trovato.retrieve.unspaced_layout import in_pieces

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
        heat=_heat(text, layout, strength),
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
    found: dict[tuple[int, int], Window] = {}
    starts = layout.spans[:, 0]
    whole = sentences(text) if windows and len(text) <= _SHORT_TEXT else None
    for window in windows:
        reach = int(starts[window.start]), int(layout.spans[window.end - 1, 1])
        near = sentences_meeting(text, *reach) if whole is None else whole
        edges = np.searchsorted(starts, np.array(near, np.int64).reshape(-1, 2))
        inside = [
            Window(first, last, float(met[first:last].max(axis=0).sum()))
            for first, last in edges.tolist()
            if first < last and first < window.end and window.start < last
        ]
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
    said, marks = "", list[tuple[int, int]]()
    before = -1
    marked = (strength[first:last] >= _MARK).tolist()
    for (start, end), mark in zip(layout.spans[first:last].tolist(), marked, strict=True):
        said += " " * (before not in (-1, start))
        place = len(said)
        said += " ".join(text[start:end].split())
        if mark:
            goes_on = bool(marks) and marks[-1][1] == place
            marks.append((marks.pop()[0] if goes_on else place, len(said)))
        before = end
    return said, tuple(marks)


def _opening(text: str) -> str:
    return " ".join(text.split()[:_SNIPPET_WORDS])[:_SNIPPET_CHARACTERS]


def _regions(text: str, layout: TextLayout, windows: list[Window]) -> tuple[Region, ...]:
    """One region per passage, or several where a passage goes on elsewhere on the page."""
    runs = [(window, run) for window in windows for run in _unbroken(layout, window)]
    if not runs:
        return ()
    words = np.concatenate([layout.boxes[run.start : run.stop] for _, run in runs])
    firsts = np.cumsum([0, *(len(run) for _, run in runs[:-1])])
    corners = np.minimum.reduceat(words[:, :2], firsts), np.maximum.reduceat(words[:, 2:], firsts)
    boxes = _on_page(layout, np.concatenate(corners, axis=1))
    return tuple(
        Region(
            box,
            window.score / windows[0].score,
            text[layout.spans[run.start, 0] : layout.spans[run.stop - 1, 1]],
        )
        for (window, run), box in zip(runs, boxes, strict=True)
    )


def _unbroken(layout: TextLayout, window: Window) -> list[range]:
    """Cut a passage where the next word stands above the last one, or far below it."""
    tops, bottoms = layout.boxes[window.start : window.end, [1, 3]].T
    heights = (bottoms - tops)[:-1]
    above = bottoms[1:] < tops[:-1] - heights
    below = tops[1:] > bottoms[:-1] + 2 * heights
    cuts = np.flatnonzero(above | below) + window.start + 1
    return [range(*run) for run in pairwise([window.start, *cuts.tolist(), window.end])]


def _heat(
    text: str, layout: TextLayout, strength: Float32[np.ndarray, " words"]
) -> tuple[Region, ...]:
    words = np.flatnonzero(strength > 0)
    peak = float(strength.max())
    return tuple(
        Region(box, weight / peak, text[start:end])
        for box, weight, (start, end) in zip(
            _on_page(layout, layout.boxes[words]),
            strength[words].tolist(),
            layout.spans[words].tolist(),
            strict=True,
        )
    )


def _on_page(layout: TextLayout, boxes: Float32[np.ndarray, "boxes 4"]) -> list[Box]:
    """The parts of boxes that lie on the page."""
    size = [layout.width, layout.height] * 2
    inside = np.minimum(np.maximum(boxes.astype(np.float64), 0.0), size)
    return [Box(*edges) for edges in inside.tolist()]


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
