"""Every language model keeps the laws, and the suite finds those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from trovato.core import AttentionMode, Completion, Decoding, LanguageModel, Prompt
from trovato.llm import LocalModel, ScriptedModel
from trovato.testing import check_language_model
from trovato.testing.models.tiny_llm import FAMILIES, save_tiny_llm


@pytest.mark.needs("torch")
@pytest.mark.parametrize("family", FAMILIES)
def test_models_in_this_process_keep_the_laws(family: str, tmp_path: Path) -> None:
    model = LocalModel(save_tiny_llm(tmp_path / family, family))
    assert isinstance(model, LanguageModel)
    check_language_model(model)


class Broken(ScriptedModel):
    """A scripted model with one fault to find."""

    def __init__(self, fault: str) -> None:
        super().__init__(lambda prompt, attention: f"{attention}: {prompt.segments[-1].text} yes")
        self.fault = fault

    @property
    def fingerprint(self) -> str:
        return f"{len(self.asked)}" if self.fault == "fingerprint" else "scripted"

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding = Decoding(),
        attention: AttentionMode = "causal",
    ) -> list[Completion]:
        made = super().complete(prompts, decoding, attention)
        changed = []
        for place, one in enumerate(made):
            text = one.text
            if self.fault == "neighbours" and place:
                text += "!"
            if self.fault == "repeatable":
                text += str(len(self.asked) // 8)
            if self.fault == "budget" and decoding.max_tokens == 2:
                text = "other"
            tokens = one.tokens + (self.fault == "tokens") * 99
            changed.append(Completion(text, one.finish, one.prompt_tokens, tokens))
        return changed[1:] if self.fault == "lost" else changed

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        pieces = list(super().stream(prompt, decoding, attention))
        yield from pieces[1:] if self.fault == "stream" else pieces


def test_the_suite_passes_a_sound_model() -> None:
    check_language_model(Broken("none"))


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("neighbours", "changes? the completion"),
        ("repeatable", "order changes|neighbours change|not repeatable"),
        ("budget", "smaller budget"),
        ("tokens", "tokens under"),
        ("lost", "prompts gave"),
        ("stream", "pieces are not the text"),
        ("fingerprint", "fingerprint"),
    ],
)
def test_the_suite_finds_the_fault(fault: str, law: str) -> None:
    with pytest.raises(AssertionError, match=law):
        check_language_model(Broken(fault))
