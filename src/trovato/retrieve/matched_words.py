"""How well the words of a page meet the tokens of a question."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from trovato.core import TextLayout, TokenVectors
from trovato.core.shapes import Float32, Int32
from trovato.ops import QUERY_STOP_WORDS, is_unspaced

# Cosines of unrelated word pieces lie below this; what is above counts, rescaled to 0…1.
_FLOOR = 0.4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, eq=False)
class ContentTokens:
    """The tokens of a question that carry meaning, made ready once for many pages.

    Parameters
    ----------
    vectors
        `(content, dim)`.
    pieces
        What each token says.
    columns
        The tokens of each word of the question, folded.
    """

    vectors: Float32[np.ndarray, "content dim"]
    pieces: tuple[str, ...]
    columns: Mapping[str, list[int]]

    @staticmethod
    def of(question: str, query: TokenVectors) -> ContentTokens:
        """Leave out special tokens, punctuation and stop words.

        Without spans nobody knows which token says what: then each word is one token without a
        direction, which equal words meet and vectors do not.
        """
        if query.spans is None:
            said = list(_WORD.finditer(question))
            spans = np.array([word.span() for word in said], np.int32).reshape(-1, 2)
            query = TokenVectors(np.zeros((len(said), query.values.shape[1]), np.float32), spans)
            return ContentTokens.of(question, query)
        words = {
            position: match.group().casefold()
            for match in _WORD.finditer(question)
            for position in range(match.start(), match.end())
        }
        kept: list[int] = []
        pieces: list[str] = []
        columns: dict[str, list[int]] = {}
        for token, (start, end) in enumerate(query.spans.tolist()):
            word = words.get(start)
            if end > start and word is not None and word not in QUERY_STOP_WORDS:
                for term in _terms_of(question, word, start, end):
                    columns.setdefault(term, []).append(len(kept))
                kept.append(token)
                pieces.append(question[start:end])
        return ContentTokens(query.values[np.array(kept, np.int32)], tuple(pieces), columns)

    def __len__(self) -> int:
        return len(self.pieces)


def _terms_of(question: str, word: str, start: int, end: int) -> list[str]:
    """What is looked up for some characters of a question: their word, or their bigrams.

    Bigrams are of a script without spaces; those across the ends of the characters count too.
    """
    if word.isascii() or not any(map(is_unspaced, word)):
        return [word]
    pairs = [question[place : place + 2] for place in range(max(start - 1, 0), end)]
    found = [pair for pair in pairs if len(pair) == 2 and all(map(is_unspaced, pair))]
    return found or [word]


def met_words(
    text: str,
    layout: TextLayout,
    spans: Int32[np.ndarray, "tokens 2"],
    similarity: Float32[np.ndarray, "tokens content"],
    asked: ContentTokens,
) -> Float32[np.ndarray, "words content"]:
    """How well each word meets each token, 0…1; the same word in both is a full match.

    Parameters
    ----------
    text, layout
        The page's text and the places of its words, at least one.
    spans
        Characters of the text that each of the page's tokens stands for.
    similarity
        Cosines of the page's and the question's tokens.
    asked
        The question's tokens.
    """
    met = np.zeros((len(layout.spans), len(asked)), np.float32)
    owner = layout.words_of(spans)
    tokens = np.argsort(owner, kind="stable")[np.count_nonzero(owner < 0) :]
    owned = owner[tokens]
    firsts = np.flatnonzero(np.diff(owned, prepend=np.int32(-1)))
    above = np.maximum(similarity[tokens] - _FLOOR, 0)
    met[owned[firsts]] = np.maximum.reduceat(above, firsts, axis=0) / np.float32(1 - _FLOOR)
    for word, columns in _said(text, layout, asked.columns):
        met[word, columns] = 1.0
    return np.minimum(met, np.float32(1))


def _said(
    text: str, layout: TextLayout, columns: Mapping[str, list[int]]
) -> list[tuple[int, list[int]]]:
    """The words of a page that hold a word of the question, and the tokens of that one.

    Each word of the question is looked up in the whole folded text, and only where it stands is
    seen whether it is a whole word.
    """
    found = [
        (word, tokens)
        for term, tokens in columns.items()
        if is_unspaced(term)
        for word in _held(text, layout, term)
    ]
    folded = text.casefold()
    if len(folded) == len(text):  # nothing but ß and its like becomes longer, nothing shorter
        begins: Sequence[int] = range(len(text) + 1)
    else:
        begins = [*accumulate((len(one.casefold()) for one in text), initial=0)]
    spans = layout.spans.tolist()
    firsts = [start for start, _ in spans]
    for term, tokens in columns.items():
        place = folded.find(term)
        while place >= 0:
            word = bisect_right(firsts, bisect_right(begins, place) - 1) - 1
            start, end = spans[word] if word >= 0 else (0, 0)
            if any(said.group().casefold() == term for said in _WORD.finditer(text, start, end)):
                found.append((word, tokens))
            place = folded.find(term, max(begins[end], place + 1))
    return found


def _held(text: str, layout: TextLayout, term: str) -> list[int]:
    """The words that some characters of a script without spaces stand in."""
    places = [found.start() for found in re.finditer(re.escape(term), text)]
    firsts = np.searchsorted(layout.spans[:, 1], places, side="right")
    lasts = np.searchsorted(layout.spans[:, 0], np.array(places, np.int64) + len(term))
    return [
        word
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)
        for word in range(first, last)
    ]
