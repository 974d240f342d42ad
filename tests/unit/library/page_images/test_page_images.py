"""Page images as a field: from files to hits with patches."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from trovato import Library
from trovato.cli.main import main
from trovato.core import (
    IncompatibleCollectionError,
    InvalidInputError,
    ModelUnavailableError,
    PageEvidence,
)
from trovato.encode.late_interaction import PageImageEncoder, PatchVectors
from trovato.library import (
    index_page_images,
    open_page_image_encoder,
    search_page_images,
    search_text_and_page_images,
)
from trovato.testing.models.tiny_vlm import save_tiny_vlm

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
TEXTS = {"mill": "The old mill on the river. " * 9, "oslo": "Anna built a tower in Oslo. " * 9}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_vlm(tmp_path_factory.mktemp("vlm"), "ColQwen2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from fpdf import FPDF

    made = tmp_path / "files"
    made.mkdir()
    for name, text in TEXTS.items():
        pdf = FPDF()
        pdf.add_page()
        pdf.set_font("Helvetica", size=20)
        pdf.multi_cell(0, 12, text)
        pdf.output(str(made / f"{name}.pdf"))
    return made


def test_pages_are_found_by_their_images(folder: Path, model: Path, tmp_path: Path) -> None:
    encoder = PageImageEncoder(model)
    with Library.create(tmp_path / "c") as library:
        library.add([folder / "mill.pdf"])
        with pytest.raises(InvalidInputError, match="no page images"):
            search_page_images(library.collection, encoder, "mill")
        library.add([folder], page_images=encoder)  # one was there, the other comes
        found = search_page_images(library.collection, encoder, "old mill")
        assert {hit.item.id for hit in found} == {
            "mill.pdf#1",
            "files/mill.pdf#1",
            "files/oslo.pdf#1",
        } & {hit.item.id for hit in found}
        with library.collection.reader() as reader:
            for hit in found:
                row = reader.row_of(hit.item.id)
                values = reader.vectors_of(row, field="page_image")
                assert len(values) == len(_page(encoder, library, hit.item.id).boxes)
                asked = encoder.encode_query("old mill").values
                mean = (values @ asked.T).max(axis=0).mean()
                assert hit.score == pytest.approx(float(mean), abs=0.02)  # stored as int8
        evidence = found[0].evidence
        assert isinstance(evidence, PageEvidence)
        assert max(region.weight for region in evidence.heat) == 1
        assert len(evidence.regions) == 3
        assert any("mill" in region.text or "Anna" in region.text for region in evidence.heat)
        one = search_page_images(library.collection, encoder, "old mill", 1)
        assert [hit.item.id for hit in one] == [found[0].item.id]
        picture = library.picture(found[0].item.id, evidence)
        assert picture.size[1] > 100
        other = PageImageEncoder(save_tiny_vlm(tmp_path / "other", "ColQwen2", seed=1))
        with pytest.raises(IncompatibleCollectionError, match="search with that one"):
            search_page_images(library.collection, other, "mill")
        with pytest.raises(InvalidInputError, match="blank"):
            search_page_images(library.collection, encoder, " ")


def _page(encoder: PageImageEncoder, library: Library, item_id: str) -> PatchVectors:
    from trovato.library.page_images.indexing import LONG_SIDE

    (page,) = encoder.encode_images([library.picture(item_id, long_side=LONG_SIDE)])
    return page


def test_the_commands(folder: Path, model: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> str:
        found = CliRunner().invoke(main, [str(one) for one in arguments])
        assert found.exit_code == 0, found.output
        return found.output

    made = f"hf:{model}"
    run("index", folder, "--to", tmp_path / "c", "--page-image-encoder", made, "--quiet")
    asked = ["search", tmp_path / "c", "mill", "--mode", "late", "--json"]
    hits = json.loads(run(*asked, "--page-image-encoder", made))["hits"]
    assert len(hits) == 2
    assert np.isfinite([hit["score"] for hit in hits]).all()
    assert json.loads(run(*asked, "--field", "image"))["hits"] == hits  # the collection names it
    both = ["search", tmp_path / "c", "mill", "--json", "--field", "text", "--field", "image"]
    assert json.loads(run(*both, "--image-weight", "0"))["hits"][0]["id"] == "files/mill.pdf#1"
    hybrid = ["search", str(tmp_path / "c"), "mill", "--page-image-encoder", made]
    assert CliRunner().invoke(main, hybrid).exit_code == 2


def test_a_collection_names_the_encoder_of_its_images(
    folder: Path, model: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "models" / "first"
    shutil.copytree(model, moved)
    with Library.create(tmp_path / "c") as library:
        library.add([folder], page_images=PageImageEncoder(moved))
        with library.collection.reader() as reader:
            assert open_page_image_encoder(reader).name == f"hf:{moved}"
        moved = moved.rename(tmp_path / "models" / "second")
        with (
            library.collection.reader() as reader,
            pytest.raises(ModelUnavailableError, match=r"made by .*first"),
        ):
            open_page_image_encoder(reader)
        index_page_images(library.collection, PageImageEncoder(moved))  # told of once
        with library.collection.reader() as reader:
            assert open_page_image_encoder(reader).name == f"hf:{moved}"
        save_tiny_vlm(moved, "ColQwen2", seed=1)
        with (
            library.collection.reader() as reader,
            pytest.raises(IncompatibleCollectionError, match=r"made by encoder .*second"),
        ):
            open_page_image_encoder(reader)
        other = PageImageEncoder(save_tiny_vlm(tmp_path / "other", "ColQwen2", seed=2))
        with pytest.raises(IncompatibleCollectionError, match=r"second.*, got .*other"):
            index_page_images(library.collection, other)
        with library.collection.writer() as writer:
            writer.remove_field("page_image")
        with (
            library.collection.reader() as reader,
            pytest.raises(InvalidInputError, match="no page images"),
        ):
            open_page_image_encoder(reader)


def test_texts_and_images_in_one_ranking(folder: Path, model: Path, tmp_path: Path) -> None:
    encoder = PageImageEncoder(model)
    with Library.create(tmp_path / "c") as library:
        library.add([folder], page_images=encoder)

        def ask(weight: float) -> dict[str, float]:
            found = search_text_and_page_images(
                library, encoder, "the old mill", image_weight=weight
            )
            return {hit.item.id: hit.score for hit in found}

        images = search_page_images(library.collection, encoder, "the old mill")
        assert list(ask(1.0)) == list(images.ids)
        assert list(ask(0.0)) == list(library.search("the old mill").ids) + [
            one for one in images.ids if one not in library.search("the old mill").ids
        ]
        halves = {name: (ask(0.0)[name] + ask(1.0)[name]) / 2 for name in images.ids}
        assert ask(0.5) == pytest.approx(halves)
        hit = search_text_and_page_images(library, encoder, "the old mill")[0]
        assert isinstance(hit.evidence, PageEvidence)
        assert max(region.weight for region in hit.evidence.heat) == 1
        with pytest.raises(InvalidInputError, match="from 0 to 1"):
            ask(1.5)
