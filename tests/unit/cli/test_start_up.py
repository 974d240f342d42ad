"""Commands load what they use, and lists of commands say what each does without loading it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from trovato import Library
from trovato.__main__ import main
from trovato.cli.lazy import LazyCommand

# What takes long to load, and only some commands have a use for.
HEAVY = {
    *("PIL", "asyncio", "beartype", "httpx", "jaxtyping", "jinja2", "polars", "pyarrow"),
    *("pypdfium2", "scipy", "starlette", "torch", "transformers", "unittest", "uvicorn"),
    *("trovato.data", "trovato.evaluate", "trovato.generate", "trovato.llm", "trovato.train"),
    *(
        "trovato.index.writer",
        "trovato.library.ingestion.files",
        "trovato.library.question_answering",
        "trovato.recommend",
        "trovato.redteam",
        "trovato.web",
    ),
}


def loaded(*arguments: str | Path) -> set[str]:
    """What a program that runs `trovato` with these arguments has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "trovato", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_help_loads_no_command() -> None:
    found = loaded("--help")
    assert "click" in found
    assert not found & {*HEAVY, "numpy", "onnxruntime", "rich", "sqlite3"}


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_a_search_loads_what_it_uses(tmp_path: Path, mode: str) -> None:
    with Library.create(tmp_path / "c") as library:
        (tmp_path / "harbour.txt").write_text("Ships unload timber at the long quay.", "utf-8")
        library.add([tmp_path / "harbour.txt"])
    found = loaded("search", tmp_path / "c", "Where do ships unload?", "--mode", mode)
    assert "onnxruntime" in found  # evidence is found by vectors
    assert not found & HEAVY


def lazy_commands(group: click.Group) -> Iterator[LazyCommand]:
    for command in group.commands.values():
        if isinstance(command, LazyCommand):
            yield command
            if isinstance(command.command, click.Group):
                yield from lazy_commands(command.command)


@pytest.mark.parametrize("lazy", [*lazy_commands(main)], ids=lambda lazy: lazy.name)
def test_the_list_of_commands_says_what_the_command_says(lazy: LazyCommand) -> None:
    assert lazy.command.name == lazy.name
    assert lazy.get_short_help_str() == lazy.command.get_short_help_str(limit=200)


@pytest.mark.parametrize("group", ["", "logs", "recommend"])
def test_every_command_is_listed(group: str) -> None:
    arguments = [group] if group else []
    said = subprocess.run(
        [sys.executable, "-m", "trovato", *arguments, "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.partition("Commands:")[2]
    found = main.commands[group].command if group else main  # type: ignore[attr-defined]
    listed = " ".join(said.split())
    for name, command in found.commands.items():
        assert f"{name} {command.get_short_help_str(200)[:40]}" in listed


@pytest.mark.parametrize("package", ["trovato", "trovato.index", "trovato.library"])
@pytest.mark.parametrize("order", ["", "reversed"])
def test_names_that_are_loaded_on_use_are_all_there(package: str, order: str) -> None:
    program = f"""
import types, {package} as package
for _ in range(2):
    for name in list({order}(package.__all__)):
        assert not isinstance(getattr(package, name), types.ModuleType), name
try:
    package.nothing_of_the_kind
except AttributeError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "has no attribute 'nothing_of_the_kind'" in done.stdout
