"""What a reader can use is named in the docs, and what the docs link to is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from trovato.__main__ import main
from trovato.cli.lazy import LazyCommand

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [path.read_text("utf-8") for path in DOCS]
TEXTS = [ROOT / "README.md", ROOT / "bench" / "RESULTS.md", *DOCS]


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, listed in sorted(group.commands.items()):
        command = listed.command if isinstance(listed, LazyCommand) else listed
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("name", "command"), [*commands(main, "trovato")])
def test_every_command_and_option_is_described(name: str, command: click.Command) -> None:
    pages = [page for page in PAGES if name in page]
    assert pages, name
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert any(f"`{option}" in page for page in pages), f"{name} {option}"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
