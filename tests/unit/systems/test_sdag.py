"""SDAG over a library: the model reads under the sparse mask, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato import Item, Library
from trovato.core import AttentionMode, InvalidInputError, Prompt
from trovato.llm import ScriptedModel
from trovato.systems.sdag import build
from trovato.testing import WordEncoder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "c", encoder=WordEncoder())
    library.add_items(Item(f"n{n}", "text", f"The mill number {n} is in Oslo.") for n in range(7))
    return library


def test_documents_are_read_apart(library: Library) -> None:
    seen: list[tuple[AttentionMode, int]] = []

    def answers(prompt: Prompt, attention: AttentionMode) -> str:
        seen.append((attention, len(prompt.documents)))
        return "Oslo."

    answer = build(library, ScriptedModel(answers, ["causal", "sparse"])).ask("Where is the mill?")
    assert answer.text == "Oslo."
    assert seen == [("sparse", 5)]


def test_a_model_without_the_mask_is_refused(library: Library) -> None:
    with pytest.raises(InvalidInputError, match=r"sparse|sdag"):
        build(library, ScriptedModel({}, ["causal"]))
