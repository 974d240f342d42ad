"""A prompt and its answer against what transformers makes of the same turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.core import Decoding, Prompt
from trovato.llm import LocalModel
from trovato.llm.chat_messages import chat_messages
from trovato.testing.models.tiny_llm import FAMILIES

pytestmark = pytest.mark.needs("torch")

PROMPTS = (
    Prompt.of("Who?", ["The miller, in the inn.", "A thing.\nAnd another"], "Answer."),
    Prompt.of("Who?", ["The miller."]),
)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_answer_is_the_one_that_generate_gives_to_the_chat_template(
    family: str, folders: dict[str, Path]
) -> None:
    model = LocalModel(folders[family])
    inner, tokenizer = model._model, model._words._tokenizer
    for prompt in PROMPTS:
        system, user = chat_messages(prompt)
        turns = [{"role": "user", "content": user}]
        if system:
            turns.insert(0, {"role": "system", "content": system})
        given = tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        ids = given["input_ids"]
        assert model.tokenise(prompt).ids.tolist() == ids[0].tolist()
        made = inner.generate(**given, max_new_tokens=16, do_sample=False, pad_token_id=1)
        text = tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)
        assert model.complete([prompt], Decoding(16))[0].text == text
        assert "".join(model.stream(prompt, Decoding(16))) == text
