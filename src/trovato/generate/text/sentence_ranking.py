"""Which sentences of some documents meet a text best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from trovato.core import Encoder, Item
from trovato.core.shapes import Float32
from trovato.generate.text.content_words import content_words
from trovato.ops.language.sentence_splitter import sentences


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a document, and how well it meets a text: 1 where every word does."""

    item: Item
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The sentence."""
        return self.item.text[self.start : self.end]


class SentenceRanker:
    """Compares sentences with a question, or with an answer.

    A sentence scores the mean over the text's tokens of the largest cosine with one of its own:
    MaxSim over the length of the text (Khattab and Zaharia 2020, equation 3). One without a word
    beyond the text's is left out, because it says nothing that was not there before, and so is one
    that asks.

    Parameters
    ----------
    encoder
        Makes the token vectors. What it made of the last sentences is remembered.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._vectors = lru_cache(maxsize=8192)(self._encode)

    def best(
        self, text: str, documents: Sequence[Item], count: int, *, telling: bool = True
    ) -> list[Passage]:
        """The sentences that meet a text best.

        Parameters
        ----------
        text
            A question, or an answer.
        documents
            Where to look, best first.
        count
            At most so many.
        telling
            Leave out questions, and sentences without a word beyond the text's.

        Returns
        -------
        Passages by falling score, equal ones as their documents come; each sentence once.
        """
        known = content_words(text) if telling else frozenset[str]()
        asked = self._vectors(text)
        found = [
            Passage(item, start, end, self._score(asked, item.text[start:end]))
            for item in documents
            for start, end in sentences(item.text)
            if content_words(item.text[start:end]) - known
            and not (telling and item.text[start:end].rstrip().endswith("?"))
        ]
        said: dict[str, Passage] = {}
        for passage in sorted(found, key=lambda passage: -passage.score):
            said.setdefault(" ".join(passage.text.split()), passage)
        return [*said.values()][:count]

    def _score(self, asked: Float32[np.ndarray, "query dim"], sentence: str) -> float:
        found = self._vectors(sentence)
        if not len(asked) or not len(found):
            return 0.0
        return float((asked @ found.T).max(axis=1).mean())

    def _encode(self, text: str) -> Float32[np.ndarray, "tokens dim"]:
        return self.encoder.encode_query(text).values
