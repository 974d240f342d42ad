"""`trovato info` of a collection with centroids."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from trovato.cli import main
from trovato.core import Item
from trovato.index import CompressionCandidate, VectorFormat
from trovato.index.vectors import ivf_codec
from trovato.library import Library

KOREAN = "열쇠는 문 옆에 걸려 있습니다. 저녁에 경비원에게 돌려주세요. 문은 여덟 시에 닫힙니다."


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    with Library.create(tmp_path / "c") as made:
        made.add_items(Item(f"page-{number}", "text", f"salt {number}") for number in range(20))
        with made.collection.writer() as writer:
            writer.train_centroids()
    return made.collection.path


def told(collection: Path) -> str:
    done = CliRunner().invoke(main, ["info", str(collection)])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_chosen_candidates_are_told(collection: Path) -> None:
    with Library.open(collection) as library:
        library.apply(CompressionCandidate(VectorFormat(), 256, 1.0, 1.0, 134.0))
    assert "searched through 256 candidates: recall@10 1.000 of an exact search" in told(collection)


def test_it_is_told_where_every_page_is_scored(
    collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ivf_codec, "GOAL", 1.1)
    assert "every page is scored, in " in told(collection)


def test_encodings_that_were_guessed_are_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(KOREAN.encode("cp949"))
    (tmp_path / "in" / "b.txt").write_text("Die Schlüssel")
    place = str(tmp_path / "c")
    assert CliRunner().invoke(main, ["index", str(tmp_path / "in"), "--to", place]).exit_code == 0
    assert "guessed: 1 cp949;" in CliRunner().invoke(main, ["info", place]).output
    listed = CliRunner().invoke(main, ["info", place, "--files"]).output.splitlines()
    assert [line.strip() for line in listed[-2:]] == [
        "in/a.txt: 1 page, cp949 (guessed)",
        "in/b.txt: 1 page",
    ]
    told = CliRunner().invoke(main, ["info", place, "--files", "--json"]).output
    assert json.loads(told)["encodings"] == {"in/a.txt": "cp949"}
