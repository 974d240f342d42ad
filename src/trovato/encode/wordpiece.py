"""Text to the word pieces of the model's vocabulary, each with its characters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from trovato.core import PathLike
from trovato.core.shapes import Bool, Int32, Int64
from trovato.encode.bert_normalizer import normalise

RUN = re.compile(r"[^ \t\n\r]+")
LONGEST_WORD = 100
LONGEST_COMMON = 32  # longer runs hardly come back, so they are not remembered

Piece = tuple[int, int, int]  # number in the vocabulary, first character and one past the last


@dataclass(frozen=True, slots=True, eq=False)
class WordPieces:
    """The word pieces of one text.

    Parameters
    ----------
    ids
        Their numbers in the vocabulary.
    spans
        `(tokens, 2)`: first character and one past the last, in the text as it was given.
    """

    ids: Int64[np.ndarray, " tokens"]
    spans: Int32[np.ndarray, "tokens 2"]

    def apart(self) -> Bool[np.ndarray, " tokens"]:
        """Which pieces share no character with an earlier one.

        A letter of Hangul is taken apart into several pieces; the first one stands for it.
        """
        reached = np.maximum.accumulate(np.concatenate([[0], self.spans[:-1, 1]]))[: len(self.ids)]
        return self.spans[:, 0] >= reached


class WordPieceTokenizer:
    """BERT's lower-casing word-piece tokenizer, with the vocabulary of a `tokenizer.json`.

    Words are cut greedily, the longest piece first (Devlin et al., 2019). A word with a part that
    is no piece, or of more than 100 characters, is one unknown piece.
    """

    def __init__(self, path: PathLike) -> None:
        self._vocabulary: dict[str, int] = json.loads(Path(path).read_text("utf-8"))["model"][
            "vocab"
        ]
        self._longest = max(map(len, self._vocabulary))
        # [CLS] and [SEP], which the model wants around every window. A text that contains "[SEP]"
        # means those five characters.
        self.first, self.last = self._vocabulary["[CLS]"], self._vocabulary["[SEP]"]
        self._unknown = self._vocabulary["[UNK]"]
        self._common = lru_cache(maxsize=16_384)(self._read)

    def __call__(self, text: str) -> WordPieces:
        """The word pieces of `text`, without [CLS] and [SEP]."""
        ids: list[int] = []
        spans: list[tuple[int, int]] = []
        for run in RUN.finditer(text):
            start, written = run.start(), run[0]
            read = self._common if len(written) <= LONGEST_COMMON else self._read
            for number, first, last in read(written):
                ids.append(number)
                spans.append((start + first, start + last))
        return WordPieces(np.array(ids, np.int64), np.array(spans, np.int32).reshape(-1, 2))

    def _read(self, written: str) -> tuple[Piece, ...]:
        """The pieces of a run of characters, which may be several words, or none."""
        parts = [normalise(character) for character in written]
        places = [place for place, part in enumerate(parts) for _ in part]
        return tuple(
            (number, places[word.start() + first], places[word.start() + last - 1] + 1)
            for word in RUN.finditer("".join(parts))
            for number, first, last in self._cut(word[0])
        )

    def _cut(self, word: str) -> list[Piece]:
        """The pieces of one normalised word."""
        unknown = [(self._unknown, 0, len(word))]
        if len(word) > LONGEST_WORD:
            return unknown
        pieces: list[Piece] = []
        first = 0
        while first < len(word):
            prefix = "##" if first else ""
            for last in range(min(len(word), first + self._longest), first, -1):
                number = self._vocabulary.get(prefix + word[first:last])
                if number is not None:
                    pieces.append((number, first, last))
                    first = last
                    break
            else:
                return unknown
        return pieces
