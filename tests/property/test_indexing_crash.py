"""Indexing killed at random moments leaves whole files only, and the next run goes on."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from trovato.core import generator
from trovato.library import Library
from trovato.testing import WordEncoder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crash") / "files"
    folder.mkdir()
    for number in range(30):
        pages = "\f".join(f"file {number} page {page} harbour" for page in range(number % 5 + 1))
        (folder / f"{number:02d}.txt").write_text(pages, "utf-8")
    return folder


def contents(library: Library) -> list[tuple[str, str, list[str]]]:
    """Everything that a reader can see, in order."""
    reader = library.collection.reader()
    return [
        (
            file.name,
            file.digest,
            [
                reader.item(reader.row_of(f"{file.name}#{page}")).text
                for page in range(1, file.pages + 1)
            ],
        )
        for file in reader.files()
    ]


def index_slowly(place: Path, folder: Path) -> None:
    """Index with a commit after every few tokens, so that kills fall between commits."""
    with Library.create(place, exist_ok=True, encoder=WordEncoder()) as library:
        library.collection.writer = partial(  # type: ignore[method-assign]
            library.collection.writer, max_tokens=10
        )
        library.add([folder])


def test_every_kill_leaves_a_prefix_and_the_next_run_goes_on(
    tmp_path: Path, folder: Path, kills: int
) -> None:
    whole = tmp_path / "whole"
    started = time.perf_counter()
    index_slowly(whole, folder)
    usual = time.perf_counter() - started
    with Library.open(whole, encoder=WordEncoder()) as library:
        expected = contents(library)
    assert len(expected) == 30

    draw = generator(5, "kills")
    place, killed, longest = tmp_path / "killed-0", 0, 0
    for attempt in range(kills // 10):
        child = os.fork()
        if not child:
            try:
                index_slowly(place, folder)
            finally:
                os._exit(0)
        time.sleep(float(draw.uniform(0, usual)))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        if not (place / "trovato.db").exists():
            continue
        with Library.create(place, exist_ok=True, encoder=WordEncoder()) as library:
            found = contents(library)
        assert found == expected[: len(found)]
        longest = max(longest, len(found))
        if len(found) == len(expected):
            place = tmp_path / f"killed-{attempt + 1}"
    assert killed >= kills // 40, "hardly any run was killed before its end: nothing was tested"
    assert longest > 0
    index_slowly(place, folder)
    with Library.open(place, encoder=WordEncoder()) as library:
        assert contents(library) == expected
        assert library.search("harbour page 4", mode="lexical").ids
