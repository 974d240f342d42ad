from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from trovato.__main__ import main
from trovato.testing import SceneSpace, save_scenes


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def use_scenes(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """The embedded encoder needs a package that the fast tier has not."""
    patch.setattr("trovato.encode.images.EmbeddedSpace", SceneSpace)
    patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))


@pytest.fixture(autouse=True)
def scene_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_scenes(monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    save_scenes(folder / "scenes", ["white"])
    (folder / "scenes" / "damaged.png").write_bytes(b"\x89PNG\r\n")
    with pytest.MonkeyPatch.context() as patch:
        use_scenes(patch, folder)
        made = run(
            *("index", folder / "scenes", "--to", folder / "made", "--images"),
            *("--captions", folder / "scenes" / "captions.csv"),
        )
    assert made.exit_code == 0, made.output
    assert "36 pictures added" in made.output
    assert "36 of what was written with captions" in made.output
    assert "scenes/damaged.png: is a damaged picture" in made.output
    return folder


@pytest.fixture
def collection(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
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
    assert "no collection" in absent.output
    other = run("compose", collection, "--edit", "red", "--image-encoder", "magic")
    assert "'open_clip:FOLDER' or 'onnx:FOLDER'" in other.output
    both = run("search", collection, "red", "--image", "a.png")
    assert (both.exit_code, "trovato compose" in both.output) == (2, True)
    (tmp_path / "note.md").write_text("A note.", "utf-8")
    assert run("index", tmp_path / "note.md", "--to", tmp_path / "notes").exit_code == 0
    none = run("compose", tmp_path / "notes", "--edit", "red")
    assert "--images" in none.output


def test_search_by_words_and_by_a_picture(collection: Path) -> None:
    by_words = json.loads(run("search", collection, "yellow triangle", "--json").output)
    assert by_words["hits"][0]["id"].startswith("scenes/yellow-triangle-")
    image = "scenes/red-circle-white-left.png"
    by_picture = json.loads(run("search", collection, "--image", image, "--json").output)
    assert by_picture["image"] == image
    assert "circle" in by_picture["hits"][0]["id"]


def test_pictures_that_a_search_finds_are_saved_on_one_sheet(
    collection: Path, tmp_path: Path
) -> None:
    by_words = run("search", collection, "red circle", "-k", 3, "--save", tmp_path / "out")
    assert by_words.exit_code == 0, by_words.output
    assert by_words.output.splitlines()[-1] == str(tmp_path / "out" / "contact-sheet.png")
    image = "scenes/red-circle-white-left.png"
    asked = run("search", collection, "--image", image, "--save", tmp_path / "like", "--json")
    (sheet,) = {hit["picture"] for hit in json.loads(asked.output)["hits"]}
    with Image.open(sheet) as saved:
        assert saved.size == (5 * 212 + 12, 2 * 228 + 12)


def test_filters_info_and_rm_are_those_of_any_collection(collection: Path) -> None:
    common = ("compose", collection, "--image", "scenes/red-circle-white-left.png")
    asked = run(*common, "--edit", "green", "--filter", "path:*-right.png", "--json")
    assert all("-right" in hit["id"] for hit in json.loads(asked.output)["hits"])
    told = json.loads(run("info", collection, "--json").output)
    assert (told["files"], list(told["failures"])) == (36, ["scenes/damaged.png"])
    assert run("rm", collection, "scenes/green-circle-white-left.png").exit_code == 0
    left = json.loads(run(*common, "--edit", "make the circle green", "--json").output)
    assert "scenes/green-circle-white-left.png" not in [hit["id"] for hit in left["hits"]]
    assert run("verify", collection).exit_code == 0


def test_pictures_stay_pictures(collection: Path) -> None:
    (collection.parent / "scenes" / "captions.csv").unlink()
    again = run("index", collection.parent / "scenes", "--to", collection, "--json", "--prune")
    told = json.loads(again.output)
    assert (told["pages"], told["removed"]) == (0, [])
    # Nothing is said of them any more: they are written again.
    assert len(told["pictures"]["replaced"]) == 36
