"""Files that were moved, vanished, or are written to while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Page
from trovato.data.documents.text import TextDocument
from trovato.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "key.txt").write_text("The lighthouse key hangs behind the barometer.")
    (tmp_path / "in" / "boat.txt").write_text("The boat lies in the shed.")
    with Library.create(tmp_path / "c") as made:
        made.add([tmp_path / "in"])
        yield made


def test_a_moved_file_keeps_its_vectors_and_is_found_once(library: Library, tmp_path: Path) -> None:
    before = _vectors(library, "in/key.txt#1")
    (tmp_path / "in" / "deep").mkdir()
    (tmp_path / "in" / "key.txt").rename(tmp_path / "in" / "deep" / "harbour.txt")
    report = library.add([tmp_path / "in"])
    assert report.moved == [("in/key.txt", "in/deep/harbour.txt")]
    assert (report.added, report.pages, report.vanished) == ([], 0, [])
    for question in ("lighthouse key", "harbour"):  # words of its text, and of its new name
        hits = library.search(question, mode="lexical")
        assert [hit.item.id for hit in hits] == ["in/deep/harbour.txt#1"]
    assert not len(library.search("key.txt", filter="path:in/key*"))
    np.testing.assert_array_equal(_vectors(library, "in/deep/harbour.txt#1"), before)
    assert library.picture("in/deep/harbour.txt#1", long_side=100).height == 100
    assert library.add([tmp_path / "in"]).unchanged == ["in/boat.txt", "in/deep/harbour.txt"]


def _vectors(library: Library, item: str) -> np.ndarray:
    with library.collection.reader() as reader:
        return reader.token_vectors_of(reader.row_of(item)).values


def test_a_copy_is_no_move(library: Library, tmp_path: Path) -> None:
    (tmp_path / "in" / "z.txt").write_bytes((tmp_path / "in" / "key.txt").read_bytes())
    report = library.add([tmp_path / "in"])
    assert (report.moved, report.added) == ([], ["in/z.txt"])


def test_one_of_two_copies_takes_over_when_a_third_vanished(
    library: Library, tmp_path: Path
) -> None:
    content = (tmp_path / "in" / "key.txt").read_bytes()
    (tmp_path / "in" / "key.txt").unlink()
    for name in ("y.txt", "z.txt"):
        (tmp_path / "in" / name).write_bytes(content)
    report = library.add([tmp_path / "in"])
    assert report.moved == [("in/key.txt", "in/y.txt")]
    assert report.added == ["in/z.txt"]


def test_a_vanished_file_is_told_and_stays_until_it_is_pruned(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "in" / "key.txt").unlink()
    assert library.add([tmp_path / "in"]).vanished == ["in/key.txt"]
    assert "in/key.txt#1" in library
    report = library.add([tmp_path / "in"], prune=True)
    assert (report.vanished, report.removed) == ([], ["in/key.txt"])


def test_what_lies_elsewhere_has_not_vanished(library: Library, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.txt").write_text("words")
    (tmp_path / "in" / "key.txt").unlink()
    assert library.add([tmp_path / "other"]).vanished == []
    (tmp_path / "in" / "new.txt").write_text("words")
    # Left out on purpose, but there.
    assert library.add([tmp_path / "in"], exclude=["boat*"]).vanished == ["in/key.txt"]


def test_a_rename_that_is_not_possible_is_refused(library: Library) -> None:
    with library.collection.writer() as writer:
        assert not writer.rename("in/key.txt", "in/boat.txt", {})
        assert not writer.rename("absent", "in/new.txt", {})


@pytest.mark.parametrize("times", [1, 9])
def test_a_file_that_is_written_to_is_read_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    path, read, left = tmp_path / "in" / "log.txt", TextDocument.page, [times]
    path.write_text("first line")

    def page(self: TextDocument, number: int) -> Page:
        found = read(self, number)
        if left[0]:
            left[0] -= 1
            path.write_text(path.read_text() + " and more")
        return found

    monkeypatch.setattr(TextDocument, "page", page)
    report = library.add([path])
    if times == 1:
        assert (report.added, report.failures, report.pages) == (["log.txt"], [], 1)
        assert library.get("log.txt#1").text == "first line and more"
    else:
        assert [name for name, _ in report.failures] == ["log.txt"]
        assert "written to while it is read" in report.failures[0][1]
        assert "log.txt#1" not in library
        assert not library.collection.failures()
