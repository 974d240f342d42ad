"""Sub-questions by a language model, whatever it writes around them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.llm import ScriptedModel
from trovato.retrieve.multi_hop import decompose_with
from trovato.retrieve.multi_hop.model_decomposition import strings_in

QUESTION = "Who led the club that won the cup?"
PARTS = ["Who won the cup?", "Who led that club?"]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        (json.dumps(PARTS), PARTS),
        ("Sure [1]!\n```json\n" + json.dumps(PARTS) + "\n```\nThat is all.", PARTS),
        ('<think>["no"]</think>' + json.dumps(PARTS), PARTS),
        ('["Who won the cup?", "Who led th', PARTS[:1]),
        ('["a", "a", 3, {"b": "c"}, "  ", "d"]', ["a", "d"]),
        ('[["a"], "b"]', ["b"]),
        ("I cannot.", [QUESTION]),
        ("[]", [QUESTION]),
        (json.dumps([str(n) for n in range(9)]), ["0", "1", "2", "3", "4"]),
        (json.dumps(["x" * 301]), [QUESTION]),
    ],
)
def test_what_a_model_writes(written: str, parts: list[str]) -> None:
    model = ScriptedModel(lambda prompt, attention: written)
    assert [part.text for part in decompose_with(model, QUESTION)] == parts
    assert QUESTION in model.asked[0][0].segments[-1].text


@given(st.text('[]{}",:\\ abn1\n', max_size=80))
def test_anything_is_read_without_an_error(written: str) -> None:
    assert all(text.strip() for text in strings_in(written))


@given(st.lists(st.text(max_size=20), max_size=5), st.text("ab \n`", max_size=10))
def test_an_array_is_found_between_other_words(texts: list[str], around: str) -> None:
    told = [" ".join(text.split()) for text in texts]
    wanted = [text for text in dict.fromkeys(told) if text]
    assert strings_in(f"{around}{json.dumps(texts)}{around}") == wanted
