"""How well the words of a page meet the tokens of a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trovato.core import TextLayout, TokenVectors
from trovato.core.shapes import Float32, Int32
from trovato.ops import QUERY_STOP_WORDS, is_unspaced
from trovato.ops.language.passages import meet_words

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
    met = meet_words(similarity, spans, layout.spans, _FLOOR)
    said = _said(text, layout, asked.columns)
    met[[word for word, _ in said], [column for _, column in said]] = 1
    return met


def _said(text: str, layout: TextLayout, columns: Mapping[str, list[int]]) -> list[tuple[int, int]]:
    """The words of a page that hold a word of the question, and each of the tokens of that one.

    Each word of the question is looked up in the whole folded text, and only where it stands is
    seen whether it is a whole word.
    """
    folded = text.casefold()
    places: list[tuple[int, int]] = []
    terms: list[str] = []
    for term in columns:
        place = folded.find(term)
        while place >= 0:
            places.append((place, place + len(term)))
            terms.append(term)
            place = folded.find(term, place + 1)
    edges = np.array(places, np.int64).reshape(-1, 2)
    whole = np.ones(len(edges), bool)
    if len(folded) != len(text):  # ß and its like become longer
        begins = np.cumsum([0, *(len(one.casefold()) for one in text)])
        folded_edges, edges = edges, np.searchsorted(begins, edges)
        whole = (begins[edges] == folded_edges).all(axis=1)
    words = np.searchsorted(layout.spans[:, 0], edges[:, 0], side="right") - 1
    held = layout.spans[words]
    whole &= (words >= 0) & (edges[:, 1] <= held[:, 1])
    found = [
        (word, column)
        for keep, term, word, (start, end), (first, last) in zip(
            whole.tolist(), terms, words.tolist(), edges.tolist(), held.tolist(), strict=True
        )
        if keep
        and not (start > first and _in_word(text[start - 1]))
        and not (end < last and _in_word(text[end]))
        for column in columns[term]
    ]
    found += [
        (word, column)
        for term, tokens in columns.items()
        if is_unspaced(term)
        for word in _held(text, layout, term)
        for column in tokens
    ]
    return found


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


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
