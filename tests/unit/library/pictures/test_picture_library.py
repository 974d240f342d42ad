from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trovato.core import (
    CollectionNotFoundError,
    CorruptCollectionError,
    IncompatibleCollectionError,
    InvalidInputError,
    UnreadableFileError,
)
from trovato.library import PictureLibrary, contact_sheet, index_pictures
from trovato.ops import IMAGE_ONLY, SUM
from trovato.retrieve import ComposedEvidence
from trovato.testing import SceneSpace, draw_scene, save_scenes


class OtherSpace(SceneSpace):
    fingerprint = "others"


class DeafSpace(SceneSpace):
    reads_text = False


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    save_scenes(folder / "files")
    index_pictures(
        [folder / "files"],
        folder / "collection",
        captions=folder / "files" / "captions.csv",
        space=SceneSpace(),
        cache=folder / "cache.sqlite",
    )
    return folder


@pytest.fixture
def library(scenes: Path) -> PictureLibrary:
    return PictureLibrary(scenes / "collection", SceneSpace())


REFERENCE, TARGET = "files/red-circle-grey-left.png", "files/green-circle-grey-left.png"


def test_a_change_finds_the_picture_that_keeps_the_rest(library: PictureLibrary) -> None:
    found = library.compose(REFERENCE, "make the circle green")
    assert found.ranking.ids[0] == TARGET
    assert REFERENCE not in found.ranking.ids
    assert (found.description, found.source) == ("left grey ground circle green", "rules")
    assert found.rerank(IMAGE_ONLY).ids[0] != TARGET


def test_every_hit_says_why(library: PictureLibrary) -> None:
    found = library.compose(REFERENCE, "green, please", k=20)
    for hit in found.ranking:
        assert isinstance(hit.evidence, ComposedEvidence)
        assert set(hit.evidence.parts) == {"description", "reference", "modification"}
        assert sum(hit.evidence.parts.values()) == pytest.approx(hit.score, abs=1e-6)
    by_picture = found.rerank(IMAGE_ONLY, 1)[0].evidence
    assert isinstance(by_picture, ComposedEvidence)
    assert by_picture.kept_for == "picture"
    first = found.ranking[0].evidence
    assert isinstance(first, ComposedEvidence)
    assert first.kept_for == "edit"


def test_a_file_from_elsewhere_takes_the_caption_of_its_nearest(
    library: PictureLibrary, tmp_path: Path
) -> None:
    draw_scene("red", "circle", "grey", "left").save(tmp_path / "mine.png")
    found = library.compose(tmp_path / "mine.png", "make the circle green")
    assert found.description == "left grey ground circle green"
    assert found.ranking.ids[0] == TARGET


def test_the_file_of_a_picture_is_that_picture(library: PictureLibrary, scenes: Path) -> None:
    by_file = library.compose(scenes / REFERENCE, "make it green", k=200)
    assert by_file.ranking.ids == library.compose(REFERENCE, "make it green", k=200).ranking.ids
    assert REFERENCE not in by_file.ranking.ids
    with_it = library.compose(REFERENCE, "make it green", k=200, with_reference=True)
    assert REFERENCE in with_it.ranking.ids


def test_a_model_or_a_person_describes_the_target(library: PictureLibrary) -> None:
    asked: list[tuple[Path, str]] = []

    def describe(path: Path, edit: str) -> str:
        asked.append((path, edit))
        return "a blue square"

    found = library.compose(REFERENCE, "blue square", describe=describe)
    assert (found.description, found.source) == ("a blue square", "described")
    assert asked[0][0].name == "red-circle-grey-left.png"
    given = library.compose(REFERENCE, "green", description="a square", describe=describe)
    assert (given.description, given.source, len(asked)) == ("a square", "given", 1)


def test_baselines_and_weights(library: PictureLibrary) -> None:
    plain = library.compose(REFERENCE, "green", weights=SUM)
    assert plain.weights == SUM
    again = library.compose(REFERENCE, "green").rerank(SUM)
    assert plain.ranking == again
    mixed = library.compose(REFERENCE, "green", alpha=0.2, beta=0.4, fixed_mix=True)
    assert mixed.weights.reference == pytest.approx(0.28)


def test_what_is_not_wanted_falls(library: PictureLibrary) -> None:
    plain = library.compose(REFERENCE, "purple", k=200).ranking.ids
    avoided = library.compose(REFERENCE, "purple", k=200, negative="circle").ranking.ids
    of = "files/purple-circle-grey-right.png"
    assert plain.index(of) < avoided.index(of)


def test_search_by_words_and_by_a_picture(library: PictureLibrary) -> None:
    assert library.search("yellow triangle on black, right").ids[0] == (
        "files/yellow-triangle-black-right.png"
    )
    assert library.search(image=REFERENCE, k=300).ids[0] != REFERENCE
    for text, image in (("", ""), ("red", REFERENCE)):
        with pytest.raises(InvalidInputError, match="words or by a picture"):
            library.search(text, image)


def test_what_cannot_be_asked(library: PictureLibrary, scenes: Path) -> None:
    with pytest.raises(InvalidInputError, match="what should be different"):
        library.compose(REFERENCE, "  ")
    with pytest.raises(InvalidInputError, match="zero"):
        library.compose(REFERENCE, "xyzzy")
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        library.compose("absent.png", "red")
    with pytest.raises(InvalidInputError, match="too few captions"):
        PictureLibrary(scenes / "collection", DeafSpace()).compose(REFERENCE, "red")


def test_another_encoder_and_no_collection(scenes: Path, tmp_path: Path) -> None:
    with pytest.raises(IncompatibleCollectionError, match="index the pictures again"):
        PictureLibrary(scenes / "collection", OtherSpace())
    with pytest.raises(CollectionNotFoundError, match="trovato pictures"):
        PictureLibrary(tmp_path, SceneSpace())


def test_a_contact_sheet(library: PictureLibrary, tmp_path: Path) -> None:
    contact_sheet(library.search("red", k=7), tmp_path / "sheet.jpg")
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        assert (sheet.format, sheet.width > 1000) == ("JPEG", True)


def index(folder: Path, to: Path) -> tuple[int, int]:
    report = index_pictures([folder], to, space=SceneSpace(), cache=to.with_suffix(".sqlite"))
    return report.pictures, len(report.skipped)


def test_duplicates_and_damaged_files_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    draw_scene("red", "circle", "grey", "left").save(folder / "a.png")
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "c.jpg").write_bytes(b"\xff\xd8\xff" + bytes(20))
    (folder / "d.png").write_text("no picture", "utf-8")
    (folder / "notes.txt").write_text("passed over", "utf-8")
    report = index_pictures([folder], tmp_path / "to", space=SceneSpace(), cache=tmp_path / "c")
    assert report.pictures == 2
    assert report.duplicates == (("files/b.png", "files/a.png"),)
    assert [name for name, _ in report.skipped] == ["files/c.jpg", "files/d.png"]


def test_nothing_to_index(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    with pytest.raises(InvalidInputError, match="no picture that can be read"):
        index(tmp_path / "files", tmp_path / "to")


def test_indexing_again_replaces_and_uses_what_is_known(tmp_path: Path) -> None:
    folder, to = tmp_path / "files", tmp_path / "to"
    folder.mkdir()
    for color in ("red", "green"):
        draw_scene(color, "circle", "grey", "left").save(folder / f"{color}.png")
    assert index(folder, to) == (2, 0)
    (folder / "red.png").unlink()

    class Idle(SceneSpace):
        def features(self, images: Iterable[Image.Image]) -> Iterator[np.ndarray]:
            raise AssertionError("the features are known")

    report = index_pictures([folder], to, space=Idle(), cache=to.with_suffix(".sqlite"))
    assert report.pictures == 1
    assert [item.id for item in PictureLibrary(to, SceneSpace()).gallery.items] == [
        "files/green.png"
    ]
    assert len(list(to.iterdir())) == 4


def test_damage_is_found(tmp_path: Path, scenes: Path) -> None:
    to = tmp_path / "to"
    draw_scene("red", "circle", "grey", "left").save(tmp_path / "a.png")
    index_pictures([tmp_path / "a.png"], to, space=SceneSpace(), cache=tmp_path / "cache")
    vectors = next(to.glob("vectors-*.npy"))
    np.save(vectors, np.zeros((3, 14), np.float32))
    with pytest.raises(CorruptCollectionError, match="3 vectors"):
        PictureLibrary(to, SceneSpace())
    vectors.write_bytes(b"")
    with pytest.raises(CorruptCollectionError, match="index its pictures again"):
        PictureLibrary(to, SceneSpace())
