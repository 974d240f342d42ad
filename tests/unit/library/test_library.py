import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.core import IncompatibleCollectionError, InvalidInputError, Item, UnreadableFileError
from trovato.library import Library
from trovato.testing import WordEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "c", create=True, encoder=WordEncoder()) as library:
        yield library


def test_the_picture_of_a_hit_differs_from_the_bare_page(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The harbour opened in 1871.", "utf-8")
    library.add([tmp_path / "a.txt"])
    hit = library.search("harbour")[0]
    bare = library.picture(hit.item.id, long_side=600)
    drawn = library.picture(hit.item.id, hit.evidence, long_side=600)
    assert max(bare.size) == 600
    assert bare.tobytes() != drawn.tobytes()
    region = hit.evidence.regions[0].box
    scale = drawn.height / 842
    centre = round(region.left * scale) + 2, round((region.top + region.bottom) / 2 * scale)
    assert drawn.getpixel(centre) != bare.getpixel(centre)


def test_a_changed_file_has_no_picture(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The harbour opened in 1871.", "utf-8")
    library.add([path])
    path.write_text("Something else.", "utf-8")
    with pytest.raises(UnreadableFileError, match="index it again"):
        library.picture("a.txt#1")


def test_a_text_without_a_file_has_no_picture(library: Library) -> None:
    library.add_items([Item("note", "text", "harbour")])
    with pytest.raises(UnreadableFileError, match="no file"):
        library.picture("note#1")


def test_a_name_that_is_not_unicode_is_indexed_and_drawn(library: Library, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/odd-\xff name.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - the point is the bytes of the name
        file.write(b"The harbour opened.")
    report = library.add([Path(os.fsdecode(path))])
    assert report.failures == []
    hit = library.search("harbour")[0]
    assert library.picture(hit.item.id, long_side=200).size[1] == 200


def test_an_unknown_page_has_no_picture(library: Library) -> None:
    with pytest.raises(InvalidInputError, match="no page"):
        library.picture("none.pdf#1")


def test_another_encoder_is_refused_with_what_to_do(library: Library, tmp_path: Path) -> None:
    with pytest.raises(IncompatibleCollectionError):
        Library(tmp_path / "c", encoder=WordEncoder(dim=64))
