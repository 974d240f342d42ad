"""Every guard keeps the laws of an answerer, and the laws notice those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np
import pytest

from trovato.core import Answer, Citation, CitedDocument, Item, LanguageModel
from trovato.generate import AGGREGATION_MODES, FILTERS, SentenceRanker, answerer
from trovato.llm import ScriptedModel
from trovato.testing import WordEncoder, check_answerer

MATCHER = SentenceRanker(WordEncoder(64))


class OpenScript(ScriptedModel):
    """Finds long texts unlikely."""

    def log_likelihood(self, texts: Sequence[str]) -> list[float]:
        return [-len(text) / 10 for text in texts]

    def text_vectors(self, texts: Sequence[str]) -> np.ndarray:
        return np.ones((len(texts), 2), np.float32)


def talker() -> ScriptedModel:
    """Repeats the first words of the last document, and names it."""
    return OpenScript(
        lambda prompt, _: f"{prompt.documents[-1].text[14:50]} [{len(prompt.documents)}]"
    )


@pytest.mark.parametrize("reading", AGGREGATION_MODES)
@pytest.mark.parametrize("before", ["", *(name + "+" for name in FILTERS)])
def test_guards_with_a_language_model(before: str, reading: str) -> None:
    check_answerer(answerer(before + reading, MATCHER, talker(), clean=lambda: ["a" * 40]))


@pytest.mark.parametrize("guard", ["none", "vote", "keyword", "ragdefender+trustrag+vote"])
def test_guards_without_one(guard: str) -> None:
    check_answerer(answerer(guard, MATCHER))


class Careless:
    name = "careless"

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self._calls = count()

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        sources = tuple(CitedDocument(item.id) for item in documents)
        match self._fault:
            case "moody":
                return Answer(str(next(self._calls)) if documents else "", sources=sources)
            case "forgetful":
                return Answer("", sources=sources[:1])
            case "inventive":
                cited = Citation(Item("made up", "text", "It is so."), 0, 5)
                return Answer("so", citations=(cited,), sources=sources)
            case "outside":
                beyond = [Citation(item, 0, len(item.text) + 1) for item in documents]
                return Answer("so", citations=tuple(beyond), sources=sources)
            case "sure of nothing":
                return Answer("so", sources=sources)
        return Answer("", sources=sources)


@pytest.mark.parametrize("fault", ["moody", "forgetful", "inventive", "outside", "sure of nothing"])
def test_a_careless_answerer_is_noticed(fault: str) -> None:
    check_answerer(Careless("none"))
    with pytest.raises(AssertionError):
        check_answerer(Careless(fault))


def test_a_model_is_one_by_the_protocol() -> None:
    assert isinstance(talker(), LanguageModel)
