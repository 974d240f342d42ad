from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from trovato.core import (
    CollectionNotFoundError,
    CorruptCollectionError,
    IncompatibleCollectionError,
    InvalidInputError,
    Query,
    UnreadableFileError,
)
from trovato.index import Collection
from trovato.library import Library, PictureLibrary, contact_sheet, index_pictures
from trovato.ops import DESCRIPTION_ONLY, IMAGE_ONLY, SUM
from trovato.retrieve import ComposedEvidence
from trovato.testing import (
    SceneSpace,
    WordEncoder,
    check_retriever,
    draw_scene,
    save_scenes,
)


class OtherSpace(SceneSpace):
    fingerprint = "others"


class DeafSpace(SceneSpace):
    reads_text = False


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    save_scenes(folder / "files", ["white", "grey"])
    with Library.create(folder / "collection", encoder=WordEncoder()) as library:
        index_pictures(
            library.collection,
            library.encoder,
            [folder / "files"],
            captions=folder / "files" / "captions.csv",
            space=SceneSpace(),
            cache=folder / "cache.sqlite",
        )
    return folder


@pytest.fixture
def library(scenes: Path) -> Iterator[PictureLibrary]:
    with PictureLibrary(scenes / "collection", SceneSpace()) as opened:
        yield opened


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


@pytest.mark.parametrize(
    "described",
    [
        "a green circle",  # omissive: nothing of ground and side
        "a green circle and a blue circle on grey, right",  # redundant: what is not there
        "a grey scene with something on the right",  # the change is lost
    ],
)
def test_what_a_description_gets_wrong_is_mended(library: PictureLibrary, described: str) -> None:
    found = library.compose(
        "files/red-circle-grey-right.png",
        "make the circle green",
        describe=lambda path, edit: described,
    )
    target = "files/green-circle-grey-right.png"
    assert found.ranking.ids[0] == target
    assert found.rerank(DESCRIPTION_ONLY).ids[0] != target
    assert found.rerank(IMAGE_ONLY).ids[0] != target


def test_baselines_and_weights(library: PictureLibrary) -> None:
    plain = library.compose(REFERENCE, "green", weights=SUM)
    assert plain.weights == SUM
    again = library.compose(REFERENCE, "green").rerank(SUM)
    assert plain.ranking == again
    mixed = library.compose(REFERENCE, "green", alpha=0.2, beta=0.4, fixed_mix=True)
    assert mixed.weights.reference == pytest.approx(0.28)


def test_seize_is_the_score_of_description_and_caption(library: PictureLibrary) -> None:
    ranking = library.seize(REFERENCE, "make the circle green", k=5)
    assert ranking.ids[0] == TARGET
    assert REFERENCE not in ranking.ids
    space = SceneSpace()
    vectors = {
        item.id: space.texts([str(item.attributes["caption"])])[0] for item in library.collection
    }
    after, before = space.texts(["left grey ground circle green", "red circle left grey ground"])
    for hit in ranking:
        gain = float(vectors[hit.item.id] @ (after - before))
        wanted = float(vectors[hit.item.id] @ after) + (0.13 if gain > 0 else 2.1) * gain
        assert hit.score == pytest.approx(wanted, abs=2e-3)  # vectors are stored as fp16
        assert sum(hit.evidence.parts.values()) == pytest.approx(hit.score)
    assert list(ranking) == sorted(ranking, key=lambda hit: (-hit.score, hit.item.id))


def test_what_is_not_wanted_falls(library: PictureLibrary) -> None:
    plain = library.compose(REFERENCE, "purple", k=200).ranking.ids
    avoided = library.compose(REFERENCE, "purple", k=200, negative="circle").ranking.ids
    of = "files/purple-circle-grey-right.png"
    assert plain.index(of) < avoided.index(of)


def test_search_by_words_and_by_a_picture(library: PictureLibrary) -> None:
    assert library.search("yellow triangle on grey, right").ids[0] == (
        "files/yellow-triangle-grey-right.png"
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
    with pytest.raises(IncompatibleCollectionError, match="name the same one"):
        PictureLibrary(scenes / "collection", OtherSpace())
    with pytest.raises(CollectionNotFoundError):
        PictureLibrary(tmp_path, SceneSpace())
    Collection.create(tmp_path / "words", fingerprint="none", dim=4)
    with pytest.raises(InvalidInputError, match="--images"):
        PictureLibrary(tmp_path / "words", SceneSpace())


def test_a_copy_has_the_space_too(library: PictureLibrary, tmp_path: Path) -> None:
    library.collection.copy_to(tmp_path / "copy")
    with PictureLibrary(tmp_path / "copy", SceneSpace()) as copy:
        assert copy.search("red circle") == library.search("red circle")
    (artifact,) = (tmp_path / "copy").glob("image-*.npz")
    artifact.write_bytes(artifact.read_bytes()[:40])
    with pytest.raises(CorruptCollectionError, match="--refit"):
        PictureLibrary(tmp_path / "copy", SceneSpace())


def test_the_laws_of_a_retriever(library: PictureLibrary) -> None:
    queries = [
        Query(image=REFERENCE, edit="green"),
        Query(image=REFERENCE),
        Query("yellow square"),
        Query(image=REFERENCE, edit="blue", filter="path:*-right.png"),
    ]
    check_retriever(library, queries, {item.id for item in library.collection})
    assert all("right" in name for name in library.retrieve(queries[3], 5).ids)
    with pytest.raises(InvalidInputError, match="words or by a picture"):
        library.retrieve(Query(), 5)


def test_a_contact_sheet(library: PictureLibrary, tmp_path: Path) -> None:
    contact_sheet(library.search("red", k=7), tmp_path / "sheet.jpg")
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        assert (sheet.format, sheet.width > 1000) == ("JPEG", True)
