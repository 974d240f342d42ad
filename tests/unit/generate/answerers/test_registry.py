"""Guards by name: what is filtered, and how the rest is read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from trovato.core import Answerer, InvalidInputError, Item
from trovato.generate import SentenceRanker, answerer
from trovato.llm import ScriptedModel
from trovato.testing import WordEncoder

QUESTION = "Where is the old mill?"
TEXTS = (
    "Where is the old mill? The old mill is in Bergen.",
    "The old mill is in Oslo. Fish is cheap there.",
    "Trains are late. The old mill is in Bergen.",
    "Nothing of that sort.",
)
ITEMS = [Item(f"d{at}", "text", text) for at, text in enumerate(TEXTS)]


def build(guard: str, model: ScriptedModel | None = None) -> Answerer:
    return answerer(guard, SentenceRanker(WordEncoder(64)), model)


def answer(guard: str, model: ScriptedModel | None = None, texts: int = 4) -> str:
    made = build(guard, model)
    assert made.name == guard
    return made.answer(QUESTION, ITEMS[:texts]).text


def test_the_best_sentence_says_more_than_the_question() -> None:
    assert answer("none") == "The old mill is in Bergen."


def test_a_question_is_no_answer() -> None:
    asking = Item("a", "text", "Where is the old mill of Bergen? The mill is in Oslo.")
    assert build("none").answer(QUESTION, [asking]).text == "The mill is in Oslo."


@pytest.mark.parametrize("guard", ["ragdefender", "ragdefender+trustrag", "trustrag+keyword"])
def test_a_guard_is_called_as_it_was_named(guard: str) -> None:
    assert build(guard).name == guard
    assert build("ragdefender+none").name == "ragdefender"


def test_a_vote_counts_documents() -> None:
    assert answer("vote") == "The old mill is in Bergen."
    assert answer("vote", texts=0) == ""


def test_keywords_need_two_of_four_documents() -> None:
    assert answer("keyword") == "The old mill is in Bergen."
    # Of two documents min(3, .6) is less than one: every word counts, and they disagree.
    found = build("keyword").answer(QUESTION, ITEMS[:2])
    assert found.disagreement
    assert found.votes == {"bergen": 1, "oslo": 1}


def test_a_text_stranger_than_clean_ones_is_left_out() -> None:
    class OpenScript(ScriptedModel):
        def log_likelihood(self, texts: Sequence[str]) -> list[float]:
            return [-len(text) / 10 for text in texts]

        def text_vectors(self, texts: Sequence[str]) -> np.ndarray:
            raise NotImplementedError

    # All but a twentieth of the clean texts set the bound: the two longest of forty do not.
    clean = [*["a" * len(TEXTS[2])] * 38, "a" * 1000, "a" * 2000]
    alone = OpenScript(lambda prompt, _: prompt.documents[0].text)
    made = answerer("perplexity+vote", SentenceRanker(WordEncoder(64)), alone, clean=lambda: clean)
    dropped = [source.dropped_by for source in made.answer(QUESTION, ITEMS).sources]
    assert dropped == ["perplexity", "perplexity", "", ""]
    with pytest.raises(InvalidInputError, match="in this process"):
        build("perplexity", ScriptedModel({}))


def test_filters_come_first_and_are_named() -> None:
    made = build("ragdefender+vote")
    found = made.answer(QUESTION, ITEMS)
    assert found.guards == ("ragdefender", "vote")
    assert {source.dropped_by for source in found.sources} == {"", "ragdefender"}
    assert [source.id for source in found.sources] == [item.id for item in ITEMS]


@pytest.mark.parametrize(
    ("guard", "attention"),
    [("none", "causal"), ("sdag", "sparse"), ("sdag-parallel", "sparse-parallel")],
)
def test_a_model_reads_as_the_guard_says(guard: str, attention: str) -> None:
    model = ScriptedModel(lambda prompt, how: f"{how} {len(prompt.documents)}")
    assert answer(guard, model) == f"{attention} 4"


def test_a_model_votes_document_by_document() -> None:
    model = ScriptedModel(
        lambda prompt, _: "Bergen!" if "Bergen" in prompt.documents[0].text else "unknown"
    )
    assert answer("vote", model, texts=3) == "Bergen!"
    assert all(len(prompt.documents) == 1 for prompt, _ in model.asked)


@pytest.mark.parametrize("guard", ["moat", "vote+ragdefender", "sdag", "discern", ""])
def test_unknown_guards_and_those_without_their_model_are_refused(guard: str) -> None:
    with pytest.raises(InvalidInputError):
        build(guard)


def test_a_model_that_cannot_keep_documents_apart_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="sparse"):
        build("sdag", ScriptedModel({}, ["causal"]))
