import pytest

from trovato.core import AttentionMode, Decoding, InvalidInputError, LanguageModel, Prompt
from trovato.llm import ScriptedModel
from trovato.llm.chat_messages import chat_messages
from trovato.testing import check_language_model

PROMPT = Prompt.of("Who?", ["one", "two"], "Be short.")


def last_document(prompt: Prompt, attention: AttentionMode) -> str:
    return f" {attention} says\n {prompt.documents[-1].text if prompt.documents else ''} "


def test_a_scripted_model_keeps_the_laws() -> None:
    model = ScriptedModel(last_document)
    assert isinstance(model, LanguageModel)
    check_language_model(model)
    check_language_model(ScriptedModel(last_document, ["causal"]))


def test_a_table_answers_by_the_last_question() -> None:
    model = ScriptedModel({"Who?": "Ada Lovelace"})
    assert model.complete([PROMPT], attention="sparse")[0].text == "Ada Lovelace"
    assert model.asked == [(PROMPT, "sparse")]
    with pytest.raises(InvalidInputError, match="no answer to 'Why"):
        model.complete([Prompt.of("Why?", [])])


@pytest.mark.parametrize(
    ("budget", "text", "finish", "tokens"),
    [(3, "Ada Lovelace", "stop", 3), (2, "Ada Lovelace", "length", 2), (1, "Ada", "length", 1)],
)
def test_the_end_of_sequence_is_a_token(budget: int, text: str, finish: str, tokens: int) -> None:
    found = ScriptedModel({"Who?": "Ada Lovelace"}).complete([PROMPT], Decoding(budget))[0]
    assert (found.text, found.finish, found.tokens) == (text, finish, tokens)
    assert found.prompt_tokens == 5


def test_turns_are_the_instructions_and_the_rest() -> None:
    assert chat_messages(PROMPT) == ("Be short.", "one\n\ntwo\n\nWho?")
    assert chat_messages(Prompt.of("Who?", [])) == ("", "Who?")
