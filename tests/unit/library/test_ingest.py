from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from trovato.core import InvalidInputError, Item, Page, UnreadableFileError
from trovato.data import Ocr, discover
from trovato.data.documents.text import TextDocument
from trovato.data.documents.word_layout import PageText, join_words
from trovato.library import Library, Progress
from trovato.testing import WordEncoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "one.txt").write_text("The harbour opened in 1871.", "utf-8")
    (folder / "two.md").write_text("# Orchards\n\nApples ripen in September.", "utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        yield library


def names(library: Library) -> list[str]:
    return [file.name for file in library.collection.files()]


def test_files_are_added_and_found(library: Library, folder: Path) -> None:
    report = library.add([folder])
    assert report.added == ["papers/one.txt", "papers/two.md"]
    assert (report.pages, report.failures) == (2, [])
    assert library.search("harbour")[0].item.id == "papers/one.txt#1"


def test_what_was_walked_already_is_not_walked_again(library: Library, folder: Path) -> None:
    walked = [*discover([folder])]
    (folder / "three.txt").write_text("Came later.", "utf-8")
    assert library.add([folder], found=walked).added == ["papers/one.txt", "papers/two.md"]
    assert library.add([folder]).added == ["papers/three.txt"]


def test_a_second_run_changes_nothing(library: Library, folder: Path) -> None:
    library.add([folder])
    report = library.add([folder])
    assert report.unchanged == ["papers/one.txt", "papers/two.md"]
    assert report.pages == 0


def test_a_changed_file_is_replaced(library: Library, folder: Path) -> None:
    library.add([folder])
    (folder / "one.txt").write_text("The lighthouse opened in 1890.", "utf-8")
    report = library.add([folder])
    assert report.replaced == ["papers/one.txt"]
    assert library.search("harbour", mode="lexical").ids == ()
    assert library.search("lighthouse").ids[0] == "papers/one.txt#1"


def test_a_vanished_file_stays_until_it_is_pruned(library: Library, folder: Path) -> None:
    library.add([folder])
    (folder / "two.md").unlink()
    library.add([folder])
    assert names(library) == ["papers/one.txt", "papers/two.md"]
    report = library.add([folder], prune=True)
    assert report.removed == ["papers/two.md"]
    assert names(library) == ["papers/one.txt"]


def test_what_cannot_be_opened_is_not_pruned(library: Library, folder: Path) -> None:
    share = folder.parent / "share"
    (share / "deep").mkdir(parents=True)
    (share / "deep" / "map.txt").write_text("A map of the harbour.", "utf-8")
    (folder / "share.txt").write_text("Shares fell.", "utf-8")
    library.add([folder, share])
    share.rename(folder.parent / "elsewhere")  # as a disk that is not there today
    (folder / "share.txt").unlink()
    report = library.add([folder, share], prune=True)
    assert report.removed == ["papers/share.txt"]
    assert names(library) == ["papers/one.txt", "papers/two.md", "share/deep/map.txt"]
    assert [name for name, _ in report.failures] == ["share"]


def test_an_empty_folder_is_reported_and_not_pruned(library: Library, folder: Path) -> None:
    share = folder.parent / "share"
    share.mkdir()
    (share / "map.txt").write_text("A map of the harbour.", "utf-8")
    link = folder.parent / "link"
    link.symlink_to(share)
    library.add([folder, link])
    (share / "map.txt").rename(folder.parent / "map.txt")  # as a disk that is not mounted today
    report = library.add([folder, share], prune=True)
    assert report.removed == []
    assert [name for name, _ in report.failures] == ["share"]
    share.rmdir()
    report = library.add([folder, link], prune=True)
    assert report.removed == []
    assert [name for name, _ in report.failures] == ["link", "share"]
    assert names(library) == ["papers/one.txt", "papers/two.md", "share/map.txt"]
    assert library.add([folder, folder]).failures == []


@pytest.mark.parametrize("given", [[], ["absent"], ["empty"], ["absent", "empty"]])
def test_where_nothing_is_found_nothing_is_pruned(
    library: Library, folder: Path, given: list[str]
) -> None:
    library.add([folder])
    (folder.parent / "empty").mkdir()
    with pytest.raises(InvalidInputError, match="nothing was removed") as caught:
        library.add([folder.parent / name for name in given], prune=True)
    assert all(name in str(caught.value) for name in given)
    assert names(library) == ["papers/one.txt", "papers/two.md"]


def test_one_path_is_refused_where_several_are_wanted(library: Library, folder: Path) -> None:
    library.add([str(folder)])
    with pytest.raises(InvalidInputError, match=r"write \['/"):
        library.add(str(folder), prune=True)
    with pytest.raises(InvalidInputError, match=r"write \['papers/one.txt'\]"):
        library.remove("papers/one.txt")
    assert names(library) == ["papers/one.txt", "papers/two.md"]


def test_an_unreadable_file_is_reported_and_the_rest_indexed(
    library: Library, folder: Path
) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / "empty.txt").write_bytes(b"")
    report = library.add([folder])
    assert [name for name, _ in report.failures] == ["papers/broken.pdf", "papers/empty.txt"]
    assert names(library) == ["papers/one.txt", "papers/two.md"]
    assert [failure.name for failure in library.collection.failures()] == [
        "papers/broken.pdf",
        "papers/empty.txt",
    ]


def test_a_file_that_becomes_unreadable_keeps_its_old_pages(library: Library, folder: Path) -> None:
    library.add([folder])
    (folder / "one.txt").write_bytes(b"")
    report = library.add([folder])
    assert report.failures == [("papers/one.txt", "is empty")]
    assert library.search("harbour")[0].item.id == "papers/one.txt#1"


def test_a_failure_is_not_tried_again_unless_asked(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    library.add([folder])
    opened: list[Path] = []

    def refuse(path: Path, *_: object, **__: object) -> None:
        opened.append(path)
        raise UnreadableFileError("is damaged")

    monkeypatch.setattr("trovato.library.ingestion.files.open_document", refuse)
    assert [name for name, _ in library.add([folder]).failures] == ["papers/broken.pdf"]
    assert opened == []
    library.add([folder], retry=True)
    assert [path.name for path in opened] == ["broken.pdf"]


class LateOcr(Ocr):
    """Stands in for the reader of pictures."""

    def __init__(self) -> None:
        self.long_side = 64

    def read(self, picture: Image.Image, width: float, height: float) -> PageText:
        return join_words(["windmill"], np.array([[1.0, 1, 9, 9]]), [False])


def test_pages_that_wanted_ocr_are_read_again_once_it_is_there(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("L", (80, 60), 255).save(folder / "scan.png")
    library.add([folder], ocr=False)
    monkeypatch.setattr(library, "ocr", LateOcr())
    assert library.add([folder]).unchanged == ["papers/one.txt", "papers/scan.png", "papers/two.md"]
    assert library.add([folder], retry=True, ocr=False).replaced == []
    report = library.add([folder], retry=True)
    assert (report.replaced, report.ocr_pages) == (["papers/scan.png"], 1)
    assert library.search("windmill")[0].item.id == "papers/scan.png#1"
    assert library.add([folder], retry=True).replaced == []


class BadPage(TextDocument):
    """Three pages, of which the second cannot be read."""

    def __init__(self) -> None:
        super().__init__("text", ["first words", "", "third words"], {})

    def page(self, number: int) -> Page:
        if number == 2:
            raise UnreadableFileError("page 2 is damaged")
        return super().page(number)


def test_one_bad_page_does_not_cost_the_others(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.library.ingestion.files.open_document", lambda *_, **__: BadPage())
    report = library.add([folder / "one.txt"])
    assert report.failures == [("one.txt#2", "page 2 is damaged")]
    assert library.search("third").ids == ("one.txt#3", "one.txt#1")
    assert library.search("words", filter="unreadable:damaged").ids == ()


class Interrupted(TextDocument):
    """Five pages; reading the fourth is interrupted until `calm`."""

    calm = False
    read: ClassVar[list[int]] = []

    def __init__(self) -> None:
        super().__init__("text", [f"page words {number}" for number in range(1, 6)], {})

    def page(self, number: int) -> Page:
        if number == 4 and not Interrupted.calm:
            raise KeyboardInterrupt
        Interrupted.read.append(number)
        return super().page(number)


def test_an_interrupted_file_goes_on_where_it_stopped(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Interrupted, "calm", False)
    monkeypatch.setattr(Interrupted, "read", [])
    monkeypatch.setattr(
        "trovato.library.ingestion.files.open_document", lambda *_, **__: Interrupted()
    )
    with pytest.raises(KeyboardInterrupt):
        library.add([folder / "one.txt"])
    assert names(library) == []
    monkeypatch.setattr(Interrupted, "calm", True)
    library.add([folder / "one.txt"])
    assert Interrupted.read == [1, 2, 3, 4, 5]
    assert library.collection.files()[0].pages == 5


def test_progress_reaches_the_whole_and_never_falls(library: Library, folder: Path) -> None:
    seen: list[Progress] = []
    library.add([folder], progress=seen.append)
    done = [step.done for step in seen]
    assert done == sorted(done)
    assert seen[-1].done == seen[-1].total == sum(p.stat().st_size for p in folder.iterdir())


def test_items_that_are_no_files_are_indexed_once(library: Library) -> None:
    items = [Item("a", "text", "salt and timber"), Item("b", "text", "apples")]
    assert library.add_items(items).added == ["a", "b"]
    assert library.add_items(items).unchanged == ["a", "b"]
    changed = [Item("a", "text", "iron and coal")]
    assert library.add_items(changed).replaced == ["a"]
    assert library.search("coal").ids[0] == "a"


def test_files_are_removed_by_name(library: Library, folder: Path) -> None:
    library.add([folder])
    assert library.remove(["papers/one.txt", "papers/none.txt"]) == ["papers/one.txt"]
    assert names(library) == ["papers/two.md"]
