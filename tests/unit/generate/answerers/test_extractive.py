"""Which sentence answers, and when none does."""

import pytest

from trovato.core import Item
from trovato.generate import ExtractiveAnswerer, SentenceRanker
from trovato.testing import WordEncoder

TEXT = "The old mill house. The old mill of the town was built of stone. The house has 12 rooms."


def said(question: str, text: str = TEXT) -> str:
    answerer = ExtractiveAnswerer(SentenceRanker(WordEncoder(64)))
    return answerer.answer(question, [Item("a", "text", text)]).text


def test_a_heading_comes_after_all_sentences() -> None:
    assert said("What is the old mill?") == "The old mill of the town was built of stone."
    assert said("What is the old mill?", "The old mill house.") == "The old mill house."


def test_a_count_wants_a_number() -> None:
    assert said("How many rooms has the house?") == "The house has 12 rooms."
    assert said("How many rooms has the house?", "The house has rooms of any size.") == ""
    assert said("How many of the 12 has the house?", "The house has 12 of the old kind.") == ""
    assert said("Wie viele house rooms?", "The house has twelve rooms.")


@pytest.mark.parametrize("what", ["figure", "table", "chart"])
def test_what_stands_in_a_picture_is_in_no_sentence(what: str) -> None:
    assert said(f"How many rooms of the house are in the {what}?") == ""
    assert said(
        "Who invented table tennis in the house?", "Ada Lund invented table tennis in the house."
    )
