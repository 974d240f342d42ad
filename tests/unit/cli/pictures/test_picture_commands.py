from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from trovato.__main__ import main
from trovato.cli.pictures import encoder
from trovato.testing import SceneSpace, save_scenes


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(autouse=True)
def scene_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The embedded encoder needs a package that the fast tier has not."""
    monkeypatch.setattr(encoder, "EmbeddedSpace", SceneSpace)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    save_scenes(tmp_path / "scenes")
    (tmp_path / "scenes" / "damaged.png").write_bytes(b"\x89PNG\r\n")
    made = run(
        *("pictures", tmp_path / "scenes", "--to", tmp_path / "made"),
        *("--captions", tmp_path / "scenes" / "captions.csv"),
    )
    assert made.exit_code == 0, made.output
    assert "108 pictures, 108 with captions" in made.output
    assert "not read: scenes/damaged.png" in made.output
    return tmp_path / "made"


def test_from_files_to_the_right_picture(collection: Path) -> None:
    image = collection.parent / "scenes" / "red-circle-white-left.png"
    sheet = collection.parent / "sheet.png"
    asked = run(
        *("compose", collection, "--image", image, "--edit", "make the circle green"),
        *("--explain", "--save", sheet, "-k", 5),
    )
    assert asked.exit_code == 0, asked.output
    lines = asked.output.splitlines()
    assert lines[0] == "target (rules): left white ground circle green"
    assert lines[1].startswith("score = ")
    assert "kept for" in lines[2]
    assert lines[3].split()[:2] == ["1", "scenes/green-circle-white-left.png"]
    with Image.open(sheet) as saved:
        assert saved.format == "PNG"


def test_json(collection: Path) -> None:
    image = "scenes/red-circle-white-left.png"
    asked = run(
        *("compose", collection, "--image", image, "--edit", "green", "--json"),
        *("--alpha", 0.2, "--beta", 0.4, "--fixed-mix", "--negative", "square"),
    )
    told = json.loads(asked.output)
    assert told["weights"] == pytest.approx(
        {"description": 0.72, "reference": 0.28, "modification": 0.4, "negative": 0.35}
    )
    assert told["description"]["source"] == "rules"
    first = told["hits"][0]
    assert first["id"] == "scenes/green-circle-white-left.png"
    assert sum(first["contributions"].values()) == pytest.approx(first["score"], abs=1e-6)
    assert first["kept_for"] in ("picture", "edit")


def test_a_preset_and_what_overrides_it(collection: Path) -> None:
    common = (
        "compose",
        collection,
        "--image",
        "scenes/red-circle-white-left.png",
        "--edit",
        "green",
    )
    by_preset = json.loads(run(*common, "--preset", "cirr", "--fixed-mix", "--json").output)
    assert by_preset["weights"]["modification"] == 0.5
    overridden = run(*common, "--preset", "cirr", "--beta", 0.0, "--fixed-mix", "--json")
    assert json.loads(overridden.output)["weights"]["modification"] == 0.0


def test_words_or_a_picture_alone(collection: Path) -> None:
    words = json.loads(run("compose", collection, "--edit", "blue triangle", "--json").output)
    assert words["hits"][0]["id"].startswith("scenes/blue-triangle-")
    assert "weights" not in words
    picture = run("compose", collection, "--image", "scenes/red-circle-white-left.png")
    assert picture.exit_code == 0
    assert "scenes/red-circle-white-left.png" not in picture.output
    neither = run("compose", collection)
    assert neither.exit_code == 2
    assert "--image" in neither.output


def test_errors_are_one_line(collection: Path, tmp_path: Path) -> None:
    absent = run("compose", tmp_path / "nowhere", "--edit", "red")
    assert absent.exit_code == 1
    assert "no collection of pictures" in absent.output
    other = run("compose", collection, "--edit", "red", "--image-encoder", "magic")
    assert "'embedded' or 'hf:FOLDER'" in other.output
    none = run("pictures", tmp_path / "empty", "--to", tmp_path / "to")
    assert "no picture that can be read" in none.output
