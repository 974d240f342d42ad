"""Pictures that stand in documents, met by what they look like on the way along links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trovato import Item, Library, Query
from trovato.core import InvalidInputError, PathEvidence
from trovato.data.components import read_components
from trovato.library import index_components, multi_hop_retriever, place_component_pictures
from trovato.retrieve.multi_hop import HopSettings
from trovato.testing import SceneSpace, WordEncoder, draw_scene

_LOOKS = [("red", "circle"), ("green", "square"), ("blue", "triangle"), ("purple", "circle")]


def pages(folder: Path, looks: list[tuple[str, str]] = _LOOKS) -> Path:
    """A page for each picture, none of whose words tell what it looks like, and one with links."""
    folder.mkdir()
    for number, (color, shape) in enumerate(looks):
        draw_scene(color, shape, "white", "left").save(folder / f"{number}.png")
        (folder / f"{number}.html").write_text(
            f"<h1>Club {number}</h1><p>Founded on a Sunday.</p>"
            f"<img src='{number}.png' alt='The crest of club {number}'>"
        )
    links = " and ".join(f"<a href='{n}.html'>number {n}</a>" for n in range(len(looks)))
    (folder / "list.html").write_text(f"<h1>Cup winners</h1><p>Winners were {links}.</p>")
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    place = tmp_path_factory.mktemp("pictures")
    with Library.create(place / "c", encoder=WordEncoder(16)) as made:
        index_components(made.collection, made.encoder, read_components([pages(place / "clubs")]))
        report = place_component_pictures(made.collection, SceneSpace(), cache=place / "cache")
        assert (report.placed > 0, report.failures) == (True, [])
        yield made


def first_picture(library: Library, question: str, weight: float) -> Item:
    settings = HopSettings(picture_weight=weight)
    found = multi_hop_retriever(library, settings, space=SceneSpace()).retrieve(Query(question), 20)
    return next(hit.item for hit in found if hit.item.kind == "picture")


def test_pictures_of_pages_are_items_with_their_files(library: Library) -> None:
    item = library.collection.get("clubs/2.html.c2")
    assert (item.kind, item.attributes["caption"]) == ("picture", "The crest of club 2")
    assert Path(item.image or "").name == "2.png"


@pytest.mark.parametrize("number", range(2))
def test_what_a_picture_looks_like_leads_to_it(library: Library, number: int) -> None:
    color, shape = _LOOKS[number]
    asked = f"Which cup winners had a {color} {shape} as crest?"
    assert first_picture(library, asked, 0.4).id == f"clubs/{number}.html.c2"


def test_without_looks_only_words_count(library: Library) -> None:
    asked = [f"Which cup winners had a {color} {shape} as crest?" for color, shape in _LOOKS]
    assert len({first_picture(library, one, 0.0).id for one in asked}) == 1


def test_the_path_leads_from_the_list_to_the_picture(library: Library) -> None:
    retriever = multi_hop_retriever(library, HopSettings(picture_weight=0.4), space=SceneSpace())
    found = retriever.retrieve(Query("Which cup winners had a blue triangle as crest?"), 20)
    hit = next(hit for hit in found if hit.item.kind == "picture")
    assert isinstance(hit.evidence, PathEvidence)
    assert {step.item for step in hit.evidence.steps} == {"clubs/list.html.c1", hit.item.id}


@pytest.mark.slow
def test_pictures_that_come_later_are_placed_with_the_others(tmp_path: Path) -> None:
    folder = pages(tmp_path / "clubs", _LOOKS[:2])
    with Library.create(tmp_path / "c", encoder=WordEncoder(16)) as library:
        for last in (False, True):
            if last:
                draw_scene("orange", "square", "white", "left").save(folder / "9.png")
                (folder / "9.html").write_text("<h1>Club 9</h1><img src='9.png' alt='Crest'>")
            index_components(library.collection, library.encoder, read_components([folder]))
            place_component_pictures(library.collection, SceneSpace(), cache=tmp_path / "cache")
        assert first_picture(library, "orange square crest", 0.6).id == "clubs/9.html.c1"


class PanelSpace(SceneSpace):
    """Knows the average colour of what it is shown, as a text names it."""

    def features(self, images):  # type: ignore[no-untyped-def]
        for image in images:
            red, green, blue = np.asarray(image.convert("RGB"), np.float32).mean(axis=(0, 1))
            color = np.array([red, green, blue, *[0] * 11], np.float32)
            yield color / max(float(np.linalg.norm(color)), 1.0)


@pytest.mark.slow
def test_a_crop_meets_what_only_one_panel_shows(tmp_path: Path) -> None:
    folder = tmp_path / "panels"
    folder.mkdir()
    for name, panels in {"two": ("red", "blue"), "mixed": ("purple", "purple")}.items():
        image = Image.new("RGB", (100, 60))
        for place, color in enumerate(panels):
            image.paste(color, (50 * place, 0, 50 * place + 50, 60))
        image.save(folder / f"{name}.png")
        (folder / f"{name}.html").write_text(f"<img src='{name}.png' alt='A panel'>")
    found = {}
    for crops in (True, False):
        with Library.create(tmp_path / f"{crops}", encoder=WordEncoder(16)) as library:
            index_components(library.collection, library.encoder, read_components([folder]))
            space = PanelSpace()
            place_component_pictures(
                library.collection, space, crops=crops, cache=tmp_path / "cache"
            )
            settings = HopSettings(picture_weight=0.5)
            retriever = multi_hop_retriever(library, settings, space=space)
            found[crops] = retriever.retrieve(Query("a panel all red"), 2)
    assert found[True][0].item.id == "panels/two.html.c1"
    assert found[True][0].score > found[False][0].score


def test_a_collection_without_vectors_of_pictures_says_so(tmp_path: Path) -> None:
    with Library.create(tmp_path / "c", encoder=WordEncoder(16)) as library:
        index_components(library.collection, library.encoder, [Item("n", "note", "x")])
        with pytest.raises(InvalidInputError, match="--components --images"):
            multi_hop_retriever(library, HopSettings(picture_weight=0.1))
        assert place_component_pictures(library.collection, SceneSpace()).placed == 0
