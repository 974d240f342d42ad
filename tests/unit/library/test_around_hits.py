"""What stands around a hit: its file's other hits, and the pages before and after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from trovato.cli.main import main
from trovato.core import InvalidInputError, Item
from trovato.library import Library

PAGES = {"a.txt": ["The harbour opened.", "Salt.", "An old harbour."], "b.txt": ["A harbour town."]}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("around")
    for name, pages in PAGES.items():
        (folder / name).write_text("\f".join(pages), "utf-8")
    with Library.create(folder / "c") as made:
        made.add([folder / name for name in PAGES])
        made.add_items([Item("a.txt/note", "note", "The harbour key.")])
        yield made


def test_pages_before_and_after(library: Library) -> None:
    assert library.neighbours("a.txt#1") == ("a.txt#2",)
    assert library.neighbours("a.txt#2") == ("a.txt#1", "a.txt#3")
    assert library.neighbours("b.txt#1") == ()
    assert library.neighbours("a.txt/note") == ()
    with pytest.raises(InvalidInputError):
        library.neighbours("a.txt#4")


def test_hits_by_file(library: Library) -> None:
    ranking = library.search("harbour", mode="lexical")
    files = ranking.by_file()
    assert [hit for hits in files.values() for hit in hits if hit.rank == 1] == [ranking[0]]
    assert next(iter(files)) == ranking[0].item.id.partition("#")[0]
    assert {hit.item.id for hit in files["a.txt"]} == {"a.txt#1", "a.txt#3"}
    assert "a.txt/note" in files
    assert sorted(hit.rank for hits in files.values() for hit in hits) == [1, 2, 3, 4]


def test_the_command_puts_a_files_hits_together(library: Library) -> None:
    place = str(library.collection.path)
    run = CliRunner().invoke(main, ["search", place, "harbour", "--mode", "lexical", "--json"])
    told = json.loads(run.stdout)
    by_id = {hit["id"]: hit for hit in told["hits"]}
    assert by_id["a.txt#3"]["neighbours"] == ["a.txt#2"]
    ranks = [rank for file in told["files"] for rank in file["ranks"]]
    assert sorted(ranks) == [1, 2, 3, 4]
    run = CliRunner().invoke(main, ["search", place, "harbour", "--mode", "lexical", "--by-file"])
    shown = [int(line.split()[0]) for line in run.stdout.splitlines() if line.split()[0].isdigit()]
    assert shown == ranks
