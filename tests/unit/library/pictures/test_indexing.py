from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from trovato.core import IncompatibleCollectionError, InvalidInputError
from trovato.data import Ocr, discover
from trovato.data.documents.word_layout import PageText
from trovato.data.pictures import crop_boxes
from trovato.index import Collection
from trovato.library import Library, PictureLibrary, PictureReport, index_pictures
from trovato.retrieve import ComposedEvidence
from trovato.testing import SceneSpace, WordEncoder, draw_scene, save_scenes


class IdleSpace(SceneSpace):
    def features(self, images: Iterable[Image.Image]) -> Iterator[np.ndarray]:
        raise AssertionError("the features are known")


class LearningSpace(SceneSpace):
    """Reads text where two thirds of what it was fitted to have captions."""

    reads_text = False
    fits = 0

    def fit(self, features: np.ndarray, captions: Sequence[str]) -> None:
        self.reads_text = sum(map(bool, captions)) * 3 > 2 * len(captions)
        self.fits += 1

    def arrays(self) -> dict[str, Any]:
        return {"reads": np.array(self.reads_text)}

    def restore(self, arrays: Mapping[str, Any]) -> None:
        self.reads_text = bool(arrays["reads"])


def index(folder: Path, to: Path, **options: Any) -> PictureReport:
    with Library.create(to, encoder=WordEncoder(), exist_ok=True) as library:
        cache = to.with_suffix(".sqlite")
        settings = {"space": SceneSpace(), "cache": cache, **options}
        return index_pictures(library.collection, library.encoder, [folder], **settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_scenes(tmp_path / "files", ["white"])
    return tmp_path / "files"


def test_what_was_walked_already_is_not_walked_again(folder: Path, tmp_path: Path) -> None:
    walked = [one for one in discover([folder]) if one.name.endswith(".png")][:30]
    report = index(folder, tmp_path / "to", found=walked)
    assert report.added == [one.name for one in walked]


def test_captions_are_text_and_facts_are_attributes(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "said.csv").write_text(
        "file,caption,tags,price,season\n"
        "files/red-circle-white-left.png,a red dress,summer,12.5,2021\n",
        "utf-8",
    )
    report = index(folder, tmp_path / "to", captions=tmp_path / "said.csv")
    assert (len(report.added), report.captioned, report.placed) == (36, 1, 36)
    with Library.open(tmp_path / "to", encoder=WordEncoder()) as library:
        found = library.search("dress", mode="lexical", filter="price<20 tags:summer season=2021")
        assert found.ids == ("files/red-circle-white-left.png",)
        item = found[0].item
        assert (item.kind, item.text) == ("picture", "a red dress, summer")
        assert item.attributes["width"] == 64
        assert item.image == str(folder / "red-circle-white-left.png")


def test_a_second_run_reads_nothing_and_a_new_caption_writes_again(
    folder: Path, tmp_path: Path
) -> None:
    to = tmp_path / "to"
    index(folder, to)
    again = index(folder, to, space=IdleSpace())
    assert (len(again.unchanged), again.added, again.placed) == (36, [], 0)
    changed = index(folder, to, space=IdleSpace(), captions=folder / "captions.csv")
    assert (len(changed.replaced), changed.captioned) == (36, 36)
    draw_scene("red", "circle", "black", "left").save(folder / "new.png")
    with PictureLibrary(to, SceneSpace()) as library:
        before = library.search("black").ids
    index(folder, to, captions=folder / "captions.csv")
    with PictureLibrary(to, SceneSpace()) as library:
        assert library.search("black").ids[0] == "files/new.png"
        assert "files/new.png" not in before
        assert len(library.collection) == 37


def test_duplicates_and_damaged_files_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    draw_scene("red", "circle", "grey", "left").save(folder / "a.png")
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "c.jpg").write_bytes(b"\xff\xd8\xff" + bytes(20))
    (folder / "d.png").write_text("no picture", "utf-8")
    (folder / "notes.txt").write_text("passed over", "utf-8")
    report = index(folder, tmp_path / "to")
    assert report.added == ["files/a.png", "files/b.png"]
    assert report.duplicates == [("files/b.png", "files/a.png")]
    assert [name for name, _ in report.failures] == ["files/c.jpg", "files/d.png"]
    (folder / "e.png").write_bytes((folder / "a.png").read_bytes())
    again = index(folder, tmp_path / "to")
    assert again.added == ["files/e.png"]
    assert ("files/e.png", "files/a.png") in again.duplicates
    assert [name for name, _ in again.failures] == ["files/c.jpg", "files/d.png"]
    collection = Collection.open(tmp_path / "to")
    assert [failure.name for failure in collection.failures()] == ["files/c.jpg", "files/d.png"]


def test_no_picture_is_no_field(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    report = index(tmp_path / "files", tmp_path / "to")
    assert (report.added, report.reads_text) == ([], False)
    with pytest.raises(InvalidInputError, match="--images"):
        PictureLibrary(tmp_path / "to", SceneSpace())


def test_pages_become_pictures(folder: Path, tmp_path: Path) -> None:
    (folder / "captions.csv").unlink()
    with Library.create(tmp_path / "to", encoder=WordEncoder()) as library:
        library.add([folder], ocr=False)
        assert "files/red-circle-white-left.png#1" in library
    report = index(folder, tmp_path / "to")
    assert len(report.replaced) == 36
    with Library.open(tmp_path / "to", encoder=WordEncoder()) as library:
        assert len(library) == 36
        assert "files/red-circle-white-left.png" in library
        library.add([folder], ocr=False, pictures=False, prune=True)
        assert len(library) == 36


def test_enough_captions_fit_the_space_again(folder: Path, tmp_path: Path) -> None:
    save_scenes(folder, ["white", "grey"])  # 72: enough
    to, space = tmp_path / "to", LearningSpace()
    assert not index(folder, to, space=space).reads_text
    first = set(to.glob("image-*.npz"))
    learnt = index(folder, to, space=space, captions=folder / "captions.csv")
    assert (learnt.reads_text, learnt.placed, space.fits) == (True, 72, 2)
    assert len(set(to.glob("image-*.npz")) - first) == len(list(to.glob("image-*.npz"))) == 1
    assert index(folder, to, space=space, captions=folder / "captions.csv").placed == 0
    assert index(folder, to, space=space, captions=folder / "captions.csv", refit=True).placed == 72
    with PictureLibrary(to, LearningSpace()) as library:
        assert library.search("red circle").ids


def test_a_field_that_was_begun_is_filled(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"

    class Broken(SceneSpace):
        left = 20

        def pictures(self, features: np.ndarray, captions: Sequence[str]) -> np.ndarray:
            if len(features) == 1:  # not when the space is fitted
                self.left -= 1
                if not self.left:
                    raise KeyboardInterrupt
            return features

    with pytest.raises(KeyboardInterrupt):
        index(folder, to, space=Broken())
    again = index(folder, to, space=IdleSpace())
    assert (len(again.unchanged), again.placed) == (36, 36)
    with PictureLibrary(to, SceneSpace()) as library:
        assert len(library.search("red", k=100)) == 36


class ColorSpace(SceneSpace):
    """Knows the average colour of a picture."""

    def features(self, images: Iterable[Image.Image]) -> Iterator[np.ndarray]:
        for image in images:
            color = np.zeros(14, np.float32)
            color[:3] = np.asarray(image, np.float32).mean(axis=(0, 1)) - 128
            yield color / np.linalg.norm(color)


def test_crops_find_what_is_small(tmp_path: Path) -> None:
    folder, cache = tmp_path / "files", tmp_path / "cache"
    folder.mkdir()
    plain, marked = (Image.new("RGB", (90, 60), "white") for _ in range(2))
    marked.paste("red", (54, 36, 90, 60))
    plain.paste("red", (30, 0, 42, 60))  # less of it, in the middle
    for name, image in (("marked", marked), ("plain", plain)):
        image.save(folder / f"{name}.png")
    Image.new("RGB", (9, 9), "red").save(tmp_path / "red.png")
    best = {}
    for crops in (False, True):
        to = tmp_path / f"to-{crops}"
        index(folder, to, space=ColorSpace(), crops=crops, cache=cache)
        with PictureLibrary(to, ColorSpace()) as library:
            best[crops] = library.search(image=tmp_path / "red.png")[0]
    assert best[True].item.id == "files/marked.png"
    assert best[True].score > best[False].score + 0.1
    evidence = best[True].evidence
    assert isinstance(evidence, ComposedEvidence)
    assert crop_boxes(90, 60)[evidence.crop - 1].right == 90
    with Library.open(tmp_path / "to-True", encoder=WordEncoder()) as library:
        again = index_pictures(
            library.collection, library.encoder, [folder], space=IdleSpace(), cache=cache
        )  # crops stay
    assert len(again.unchanged) == 2


def test_another_encoder_is_refused(folder: Path, tmp_path: Path) -> None:
    class Other(SceneSpace):
        fingerprint = "others"

    index(folder, tmp_path / "to")
    with pytest.raises(IncompatibleCollectionError, match="into a new collection"):
        index(folder, tmp_path / "to", space=Other())


def test_a_picture_that_has_gone_is_found_by_words(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    index(folder, to, captions=folder / "captions.csv")
    gone = folder / "red-circle-white-left.png"
    gone.unlink()
    (tmp_path / "to.sqlite").unlink()
    report = index(folder, to, captions=folder / "captions.csv", refit=True)
    assert report.failures == [
        ("files/red-circle-white-left.png", "its file has gone: it is found by words alone")
    ]
    with Library.open(to, encoder=WordEncoder()) as library:
        assert "files/red-circle-white-left.png" in library.search("red circle", 40).ids


def test_xmp_and_names_speak_where_no_file_does(folder: Path, tmp_path: Path) -> None:
    said = "red-circle-white-left", "red-square-white-left"
    xmp = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>'
        "<rdf:li>harbour</rdf:li></rdf:Bag></dc:subject></rdf:RDF>"
    )
    for name in said:
        (folder / f"{name}.xmp").write_text(xmp, "utf-8")
    (tmp_path / "said.csv").write_text(f"file,caption\n{said[1]}.png,a quay\n", "utf-8")
    index(folder, tmp_path / "to", captions=tmp_path / "said.csv", names=True)
    with Library.open(tmp_path / "to", encoder=WordEncoder()) as library:
        texts = [library.get(f"files/{name}.png").text for name in said]
        assert texts == ["harbour", "a quay"]
        assert library.get("files/blue-circle-white-left.png").text == "blue circle white left"


def test_words_on_pictures_follow_the_caption(folder: Path, tmp_path: Path) -> None:
    class Reads(Ocr):
        def __init__(self) -> None:
            """Needs no package."""

        def read(self, picture: Image.Image, width: float, height: float) -> PageText:
            return PageText("SALE", np.zeros((0, 2), np.int32), np.zeros((0, 4)))

    options: dict[str, Any] = {"captions": folder / "captions.csv", "space": SceneSpace()}
    index(folder, tmp_path / "to", **options)
    again = index(folder, tmp_path / "to", ocr=Reads(), **options)
    assert len(again.replaced) == 36
    with Library.open(tmp_path / "to", encoder=WordEncoder()) as library:
        item = library.search("sale", mode="lexical")[0].item
        assert item.text == f"{item.attributes['caption']}\nSALE"


def test_a_picture_that_was_saved_again_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    draw_scene("red", "circle", "grey", "left").save(folder / "a.png")
    draw_scene("red", "circle", "grey", "left").save(folder / "b.webp", lossless=True)
    draw_scene("blue", "circle", "grey", "left").save(folder / "c.png")
    report = index(folder, tmp_path / "to")
    assert (report.alike, report.duplicates) == ([("files/b.webp", "files/a.png")], [])


def test_a_picture_is_told_that_looks_like_one_of_an_earlier_run(tmp_path: Path) -> None:
    first, then = tmp_path / "first", tmp_path / "then"
    first.mkdir()
    for color in ("red", "blue", "green"):
        draw_scene(color, "circle", "grey", "left").save(first / f"{color}.png")
    assert index(first, tmp_path / "to").alike == []
    then.mkdir()
    draw_scene("red", "circle", "grey", "left").save(then / "again.webp", lossless=True)
    draw_scene("green", "circle", "grey", "left").save(then / "gone.webp", lossless=True)
    draw_scene("yellow", "circle", "grey", "left").save(then / "new.png")
    (first / "green.png").unlink()
    assert index(then, tmp_path / "to").alike == [("then/again.webp", "first/red.png")]
