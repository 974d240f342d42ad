"""A language model as the attacker."""

from __future__ import annotations

from trovato.core import AttentionMode, Prompt, PromptRefusedError
from trovato.llm import ScriptedModel
from trovato.redteam.attacks import PoisonWriter

QUESTION = "Where is the old mill?"


def test_a_wrong_answer_is_one_line_without_reasoning_or_quotes() -> None:
    model = ScriptedModel(lambda *_: "<think>\nBergen is right.\n</think>\n“Oslo”\nIs that fine?")
    assert PoisonWriter(model).wrong_answer(QUESTION, ("Bergen",)) == "Oslo"
    [(prompt, attention)] = model.asked
    assert attention == "causal"
    assert QUESTION in prompt.segments[-1].text
    assert "Bergen" in prompt.segments[-1].text


def test_a_right_answer_is_asked_again_and_then_given_up() -> None:
    answers = iter(["Bergen", "in Bergen", "...", "Oslo"])
    assert (
        PoisonWriter(ScriptedModel(lambda *_: next(answers))).wrong_answer(
            QUESTION, ("the city of Bergen", "Bergen")
        )
        == "Oslo"
    )
    stubborn = ScriptedModel(lambda *_: "Bergen")
    assert PoisonWriter(stubborn).wrong_answer(QUESTION, ("Bergen",)) == ""
    assert len(stubborn.asked) == 4


def test_passages_differ_and_blank_ones_are_left_out() -> None:
    def written(prompt: Prompt, _: AttentionMode) -> str:
        text = prompt.segments[-1].text
        assert QUESTION in text
        assert "Oslo" in text
        return " " if "news" in text else f"“{'forum' in text}”"

    writer = PoisonWriter(ScriptedModel(written))
    assert writer.passages(QUESTION, "Oslo") == ("False", "True")
    assert PoisonWriter(ScriptedModel({}), seed=1).fingerprint != writer.fingerprint


def test_what_the_model_refuses_is_not_written() -> None:
    def filtered(prompt: Prompt, _: AttentionMode) -> str:
        text = prompt.segments[-1].text
        if "news" in text or "Right answer" in text:
            raise PromptRefusedError("a filter")
        return f"{'forum' in text}"

    model = ScriptedModel(filtered)
    assert PoisonWriter(model).passages(QUESTION, "Oslo") == ("False", "True")
    assert PoisonWriter(model).wrong_answer(QUESTION, ("Bergen",)) == ""
