"""`trovato models`: what is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from trovato.__main__ import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("trovato.llm.catalogue.folder.models_folder", lambda: tmp_path)
    return tmp_path


def test_what_can_be_got_is_listed_with_the_command() -> None:
    done = CliRunner().invoke(main, ["models", "list"])
    assert done.exit_code == 0
    assert "trovato models get smollm2" in done.stdout
    listed = json.loads(CliRunner().invoke(main, ["models", "list", "--json"]).stdout)
    assert listed["to_get"]["smollm2"]["licence"] == "Apache-2.0"


@pytest.mark.needs("torch")
def test_a_model_is_checked_by_a_command(folders: dict[str, Path]) -> None:
    command = ["models", "check", "--llm", f"hf:{folders['llama']}", "--max-tokens", "4"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0
    assert "documents apart, sparse-parallel: exact" in done.stdout
    found = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert found["isolation"] == {"sparse": "exact", "sparse-parallel": "exact"}
    assert found["tokens"] <= 4


def test_a_check_wants_a_model() -> None:
    done = CliRunner().invoke(main, ["models", "check"])
    assert done.exit_code == 2
    assert "name a model with --llm" in done.stderr
