from __future__ import annotations

from math import isnan
from pathlib import Path

import pytest

from trovato.library import Library, PictureLibrary, index_pictures
from trovato.systems.sdr_cir import PRESETS, PUBLISHED, build, reproduce
from trovato.systems.sdr_cir.published import ABLATION, COLUMNS
from trovato.testing import SceneSpace, WordEncoder, save_scenes


def test_the_presets_are_those_of_the_paper() -> None:
    assert {name: (one.alpha, one.beta) for name, one in PRESETS.items()} == {
        "cirr": (0.05, 0.5),
        "circo": (0.15, 0.35),
        "fashion": (0.2, 0.4),
    }


def test_the_arrangement_is_compose_with_a_preset(tmp_path: Path) -> None:
    save_scenes(tmp_path / "scenes", ["white"])
    with Library.create(tmp_path / "to", encoder=WordEncoder()) as made:
        index_pictures(
            made.collection,
            made.encoder,
            [tmp_path / "scenes"],
            space=SceneSpace(),
            cache=tmp_path / "cache",
        )
    library = PictureLibrary(tmp_path / "to", SceneSpace())
    image = "scenes/red-circle-white-left.png"
    ask = build(library, preset="fashion", describe=lambda path, edit: "green circle white left")
    found = ask(image, "make it green", k=3)
    assert found.source == "described"
    assert found.ranking.ids[0] == "scenes/green-circle-white-left.png"
    assert (
        found.weights
        == library.compose(
            image, "make it green", description=found.description, alpha=0.2, beta=0.4
        ).weights
    )
    with pytest.raises(KeyError):
        build(library, preset="coco")


def test_published_tables_are_whole() -> None:
    assert {len(row) for row in PUBLISHED.values()} == {len(COLUMNS)}
    for row in PUBLISHED.values():
        assert all(0 < value < 100 for value in row if not isnan(value))
        circo, cirr, subset, fashion = row[:4], row[4:8], row[8:11], row[11:]
        for rising in (circo, cirr, subset, fashion):
            told = [value for value in rising if not isnan(value)]
            assert told == sorted(told)
    # Two tables of the paper speak of the same ranking.
    whole = PUBLISHED["ViT-L/14", "SDR-CIR"]
    assert ABLATION["both"] == (whole[0], whole[11], whole[12])


def test_ours_stand_beside_the_ablation() -> None:
    table = reproduce({"both": {"R@1": 0.5}})
    assert table.columns == [
        "ranking",
        "CIRCO mAP@5",
        "FashionIQ R@10",
        "FashionIQ R@50",
        "ours R@1",
    ]
    assert table.rows()[-1] == ["both", "30.91", "40.84", "61.25", "0.500"]
    assert table.rows()[0][-1] == ""
    assert len(reproduce().rows()) == 4
