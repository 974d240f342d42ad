"""A prefix of words, flipped along an open encoder's gradient towards the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core.shapes import Float32, Int64
from trovato.redteam.attacks.passage_selection import at_random
from trovato.redteam.attacks.protocol import Case, Write


@runtime_checkable
class WhiteBox(Protocol):
    """An encoder that can be looked into, such as `trovato.llm.OpenEncoder`."""

    @property
    def words(self) -> Int64[np.ndarray, " words"]:
        """Tokens that are words."""

    def ids(self, text: str) -> list[int]:
        """Tokens of a text."""

    def text(self, words: Sequence[int]) -> str:
        """Words with spaces between them."""

    def vectors(self, texts: Sequence[Sequence[int]]) -> Float32[np.ndarray, "texts dim"]:
        """Vectors of length 1 of texts, given by their tokens."""

    def gains(
        self, ids: Sequence[int], place: int, target: Float32[np.ndarray, " dim"]
    ) -> Float32[np.ndarray, " vocabulary"]:
        """How much the cosine would rise, to first order, with another token there."""


@dataclass(frozen=True, slots=True)
class Flipped:
    """A prefix, and the cosine of question and text before the first flip and after each."""

    prefix: str
    cosines: tuple[float, ...]


def flipped_prefix(
    encoder: WhiteBox,
    question: str,
    text: str,
    start: Sequence[int],
    *,
    rounds: int = 2,
    tries: int = 24,
) -> Flipped:
    """Replace the words of a prefix one after the other by those that the gradient names.

    Of the words with the largest gain to first order the one is taken that raises the cosine most;
    where none raises it the old one stays.

    Source: Ebrahimi et al. 2018 (HotFlip, arXiv 1712.06751), as PoisonedRAG's white-box attack uses
    it (Zou et al. 2024).

    Parameters
    ----------
    encoder
        Of the search that is attacked.
    question, text
        What is asked, and what the prefix is put before.
    start
        Tokens that are words; as many are flipped.
    rounds, tries
        Times that each is looked at; words that are tried each time.
    """
    target = encoder.vectors([encoder.ids(question)])[0]
    rest, prefix = encoder.ids(text), list(start)
    words = encoder.words
    cosines = [float((encoder.vectors([[*prefix, *rest]]) @ target)[0])]
    for place in list(range(len(prefix))) * rounds:
        gains = encoder.gains([*prefix, *rest], place, target)[words]
        best = words[np.argsort(-gains, kind="stable")[:tries]].tolist()
        # What stands there comes first, so that it is replaced only by something better.
        options = [[*prefix[:place], word, *prefix[place + 1 :]] for word in (prefix[place], *best)]
        found = encoder.vectors([[*option, *rest] for option in options]) @ target
        prefix = options[int(np.argmax(found))]
        cosines.append(float(found.max()))
    return Flipped(encoder.text(prefix), tuple(cosines))


def first_words(
    encoder: WhiteBox, question: str, length: int, draw: np.random.Generator
) -> list[int]:
    """Words of the question from its beginning, and drawn ones where it has too few."""
    known = set(encoder.words.tolist())
    own = [token for token in encoder.ids(question) if token in known][:length]
    drawn: list[int] = draw.choice(encoder.words, length - len(own)).tolist()
    return [*own, *drawn]


def by_gradient(encoder: WhiteBox, *, length: int = 8, rounds: int = 2, tries: int = 24) -> Write:
    """Put flipped words before texts of the pool; they start as those of the question.

    Parameters
    ----------
    encoder
        Of the search that is attacked, or one like it.
    length
        Words of the prefix.
    rounds, tries
        As of `flipped_prefix`.
    """

    def write(case: Case, count: int, draw: np.random.Generator) -> list[str]:
        written = []
        for text in at_random(case, count, draw):
            start = first_words(encoder, case.question, length, draw)
            found = flipped_prefix(encoder, case.question, text, start, rounds=rounds, tries=tries)
            written.append(f"{found.prefix} {text}")
        return written

    return write
