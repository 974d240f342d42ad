"""Page images as a field: from files to hits with patches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from trovato import Library
from trovato.cli.main import main
from trovato.core import IncompatibleCollectionError, InvalidInputError, PageEvidence
from trovato.encode.late_interaction import PageImageEncoder, PatchVectors
from trovato.library import search_page_images
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
    run("index", folder, "--to", tmp_path / "c", "--image-encoder", made, "--quiet")
    asked = ["search", tmp_path / "c", "mill", "--mode", "late", "--field", "page_image", "--json"]
    hits = json.loads(run(*asked, "--image-encoder", made))["hits"]
    assert len(hits) == 2
    assert np.isfinite([hit["score"] for hit in hits]).all()
    wrong = CliRunner().invoke(main, [str(one) for one in asked])
    assert wrong.exit_code == 2
