"""What --llm takes, and what it says of what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.core import InvalidInputError, ModelUnavailableError
from trovato.library import open_model
from trovato.llm import OpenAICompatibleModel


@pytest.mark.parametrize(
    ("llm", "hint"),
    [
        ("localhost:11434", "did you mean http://localhost:11434/v1?"),
        ("127.0.0.1:8000/v1", "did you mean http://127.0.0.1:8000/v1?"),
        ("models/smol", "did you mean hf:models/smol .* or ollama:models/smol?"),
        ("gpt-4o", "did you mean hf:gpt-4o"),
        ("smollm2", "`trovato models get smollm2` fetches it"),
        ("/nowhere/at/all", "there is no such folder"),
        ("hf:", "takes hf:FOLDER"),
    ],
)
def test_a_hint_says_what_was_meant(
    llm: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.llm.catalogue.folder.models_folder", lambda: tmp_path)
    with pytest.raises(InvalidInputError, match=hint):
        open_model(llm)


def test_nothing_is_no_model_and_ollama_is_on_this_machine() -> None:
    assert open_model("") is None
    model = open_model("ollama:smollm2")
    assert isinstance(model, OpenAICompatibleModel)
    assert repr(model) == "OpenAICompatibleModel('http://localhost:11434/v1', 'smollm2')"


@pytest.mark.needs("torch")
def test_a_folder_that_is_there_is_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"config\.json"):
        open_model(str(tmp_path))


@pytest.mark.parametrize("name", ["MY_KEY", "sk-0f1e2d"])
def test_a_key_given_as_a_name_is_not_repeated(name: str) -> None:
    with pytest.raises(InvalidInputError, match="not the key") as error:
        open_model("http://localhost:1/v1", key_variable=name)
    assert ("MY_KEY" in str(error.value)) is (name == "MY_KEY")
    assert "sk-0" not in str(error.value)
