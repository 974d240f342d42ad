"""Guards by name: filters, and one way of reading what they leave."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from trovato.core import (
    Answer,
    Answerer,
    Attention,
    DocumentFilter,
    Encoder,
    InvalidInputError,
    Item,
    LanguageModel,
    Prompt,
    Source,
)
from trovato.evaluate import normalise_answer
from trovato.generate.defences import DiscernFilter, RagDefender, TrustRag
from trovato.index import QUERY_STOP_WORDS
from trovato.ops import keyword_vote, majority_vote

_INSTRUCTIONS = (
    "You are a helpful assistant. Answer the question from the passages below, short and concise."
)
_ATTENTION: dict[str, Attention] = {
    "sdag": "sparse",
    "sdag-parallel": "sparse-parallel",
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")

# The answer to a question from some documents; empty to abstain.
Read = Callable[[str, Sequence[Item]], str]


class Guarded:
    """Filters, then one way of reading; a `trovato.core.Answerer`."""

    def __init__(self, name: str, filters: Sequence[DocumentFilter], read: Read) -> None:
        self.name = name
        self._filters = filters
        self._read = read

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        """What is read from the documents that every filter keeps."""
        dropped: dict[str, str] = {}
        left = list(documents)
        for one in self._filters:
            kept = set(one.keep(question, left))
            dropped |= {item.id: one.name for at, item in enumerate(left) if at not in kept}
            left = [item for at, item in enumerate(left) if at in kept]
        text = self._read(question, left) if left else ""
        sources = tuple(Source(item.id, dropped.get(item.id, "")) for item in documents)
        return Answer(text, guards=tuple(self.name.split("+")), sources=sources)


def build(
    guards: Sequence[str], encoder: Encoder, model: LanguageModel | None = None
) -> list[Answerer]:
    """Answerers for guards such as `none`, `sdag` or `ragdefender+vote`.

    Parameters
    ----------
    guards
        Filters first, then at most one way of reading, joined by `+`.
    encoder
        Compares passages, and sentences with the question.
    model
        What answers; None for the sentence that meets the question best.

    Raises
    ------
    InvalidInputError
        If a guard is unknown, or needs what the model cannot do.
    """
    # One for all, so that a sentence is encoded once.
    alone = best_sentence(encoder) if model is None else _written(model, "causal")
    return [_guarded(name, encoder, model, alone) for name in guards]


def _guarded(name: str, encoder: Encoder, model: LanguageModel | None, alone: Read) -> Answerer:
    *before, last = name.split("+")
    ways = ("none", "sdag", "sdag-parallel", "vote", "keyword")
    if last not in ways:
        before, last = [*before, last], "none"
    filters: list[DocumentFilter] = []
    for part in before:
        if part == "ragdefender":
            filters.append(RagDefender(encoder))
        elif part == "trustrag":
            filters.append(TrustRag(encoder))
        elif part == "discern" and model is not None:
            filters.append(DiscernFilter(model))
        else:
            raise InvalidInputError(
                f"guards are ragdefender, trustrag, discern (with a language model) and, last, one "
                f"of {', '.join(ways)}, joined by +; got {name!r}"
            )
    return Guarded(name, filters, _way(last, model, alone))


def _way(way: str, model: LanguageModel | None, alone: Read) -> Read:
    if way == "none":
        return alone
    if way in _ATTENTION:
        if model is None:
            raise InvalidInputError(f"the guard {way!r} needs a language model in this process")
        return _written(model, _ATTENTION[way])
    return _voted(alone) if way == "vote" else _by_keywords(alone)


def _written(model: LanguageModel, attention: Attention) -> Read:
    if attention not in model.attentions:
        raise InvalidInputError(f"this language model cannot read with {attention} attention")

    def read(question: str, documents: Sequence[Item]) -> str:
        prompt = Prompt.of(question, [item.text for item in documents], _INSTRUCTIONS)
        return model.complete([prompt], attention=attention)[0].text

    return read


def best_sentence(encoder: Encoder) -> Read:
    """The sentence whose tokens meet the question's best: mean over them of the largest cosine.

    A sentence without a word beyond the question's is no answer to it.
    """
    vectors = lru_cache(maxsize=8192)(lambda text: encoder.encode_query(text).values)

    def read(question: str, documents: Sequence[Item]) -> str:
        asked, known = vectors(question), _content(question)
        best, most = "", -np.inf
        for item in documents:
            for sentence in _SENTENCE.split(item.text):
                found = vectors(sentence)
                if len(found) and len(asked) and _content(sentence) - known:
                    score = float((asked @ found.T).max(axis=1).mean())
                    if score > most:
                        best, most = sentence, score
        return best

    return read


def _voted(alone: Read) -> Read:
    """The answer that most documents give by themselves."""

    def read(question: str, documents: Sequence[Item]) -> str:
        said = [alone(question, [item]) for item in documents]
        forms = [normalise_answer(text) for text in said]
        winner = majority_vote(forms).winner
        return said[forms.index(winner)] if winner else ""

    return read


def _by_keywords(alone: Read) -> Read:
    """Of the documents' own answers the one with most words that enough documents give."""

    def read(question: str, documents: Sequence[Item]) -> str:
        asked = _content(question)
        said = [alone(question, [item]) for item in documents]
        words = [_content(text) - asked for text in said]
        kept = keyword_vote(words)
        weights = [sum(kept.get(word, 0) for word in own) / (len(own) or 1) for own in words]
        return said[int(np.argmax(weights))] if kept else ""

    return read


def _content(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)} - QUERY_STOP_WORDS
