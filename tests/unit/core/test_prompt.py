from __future__ import annotations

import pytest

from trovato.core import Decoding, InvalidInputError, Prompt, PromptBlock


def test_documents_stand_between_instructions_and_question() -> None:
    prompt = Prompt.of("Who?", ["It was Ada.", PromptBlock("document", "Bob.", "b#1")], "Be short.")
    assert [segment.part for segment in prompt.segments] == [
        "instructions",
        "document",
        "document",
        "question",
    ]
    assert [segment.id for segment in prompt.documents] == ["", "b#1"]


def test_a_question_before_the_documents_is_hidden_from_them() -> None:
    prompt = Prompt(
        (PromptBlock("question", "Q"), PromptBlock("document", "d"), PromptBlock("question", "A:"))
    )
    assert prompt.blocks() == (-2, 0, -2)


def test_a_prompt_without_a_question_at_its_end_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="ends with a question"):
        Prompt((PromptBlock("question", "Q"), PromptBlock("document", "d")))
    with pytest.raises(InvalidInputError, match="ends with a question"):
        Prompt(())


def test_only_documents_are_trusted_more_or_less() -> None:
    with pytest.raises(InvalidInputError, match="only documents"):
        PromptBlock("question", "Q", trust=1)
    with pytest.raises(InvalidInputError, match="start at 0"):
        PromptBlock("document", "d", trust=-1)


@pytest.mark.parametrize(
    "settings", [{"max_tokens": 0}, {"temperature": -0.1}, {"top_p": 0.0}, {"top_p": 1.5}]
)
def test_decoding_out_of_range_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(InvalidInputError):
        Decoding(**settings)  # type: ignore[arg-type]
