"""Every command that asks a language model takes the same options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import pytest

from trovato.__main__ import main
from trovato.cli.lazy import LazyCommand
from trovato.library import ModelOptions, model_options

OPTIONS = {
    *("--llm", "--llm-model", "--key-variable"),
    *("--llm-timeout", "--llm-start-timeout", "--llm-total"),
    *("--device", "--dtype", "--adapter", "--max-tokens"),
}


@pytest.mark.parametrize(
    "path", ["ask", "serve", "redteam", "search", "compose", "annotate suggest", "models check"]
)
def test_a_command_takes_all_options(path: str) -> None:
    command: click.Command = main
    for name in path.split():
        assert isinstance(command, click.Group)
        command = command.commands[name]
        if isinstance(command, LazyCommand):
            command = command.command
    assert {name for one in command.params for name in one.opts} >= OPTIONS


def test_options_come_as_they_were_given() -> None:
    given: list[ModelOptions] = []

    @click.command()
    @model_options
    def command(model: ModelOptions) -> None:
        given.append(model)

    command.main(["--max-tokens", "7", "--dtype", "bfloat16"], standalone_mode=False)
    command.main([], standalone_mode=False)
    assert [one.decoding(0.5, 3).max_tokens for one in given] == [7, 256]
    assert given[0].dtype == "bfloat16"
    assert given[0].decoding(0.5, 3).temperature == 0.5
    assert given[0].open() is None


@pytest.mark.needs("torch")
def test_a_model_is_opened_under_them(folders: dict[str, Path]) -> None:
    plain = ModelOptions(
        f"hf:{folders['llama']}", "", "", 300.0, 180.0, 1800.0, "cpu", None, None, None
    )
    opened, other = plain.open(), replace(plain, dtype="bfloat16").open()
    assert opened is not None
    assert other is not None
    assert opened.fingerprint != other.fingerprint
