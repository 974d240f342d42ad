"""`trovato train encoder`, and a collection indexed with what it made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from trovato.cli.main import main
from trovato.encode.late_interaction import PageImageEncoder
from trovato.testing.models.tiny_colbert import save_tiny_colbert
from trovato.testing.models.tiny_vlm import save_tiny_vlm

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
TEXTS = {
    "mill": "The old mill on the river was sold.",
    "bridge": "A new bridge stands in Bergen.",
    "tower": "Anna built the tall green tower in Oslo.",
    "school": "The school opened the year that Karl was mayor.",
}


def run(*arguments: object) -> str:
    found = CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def test_from_pairs_to_a_search(tmp_path: Path) -> None:
    start = save_tiny_colbert(tmp_path / "start", "pylate")
    lines = [{"query": f"where is the {name}?", "positive": text} for name, text in TEXTS.items()]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    command = ["train", "encoder", tmp_path / "pairs.jsonl", "--from", start]
    command += ["--to", tmp_path / "made", "--mine", "bm25", "--rule", "top_k", "--steps", 3]
    command += ["--batch", 4, "--warm-up", 1, "--dims", "8", "--json"]
    summary = json.loads(run(*command))
    assert summary["pairs"] == 4
    mined = (tmp_path / "made" / "mined.jsonl").read_text("utf-8").splitlines()
    assert all(json.loads(line)["negatives"] for line in mined)
    assert json.loads(run(*command)) == summary  # nothing is left to do
    (tmp_path / "texts").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "texts" / f"{name}.txt").write_text(text, "utf-8")
    made = f"hf:{tmp_path / 'made'}"
    run("index", tmp_path / "texts", "--to", tmp_path / "c", "--encoder", made, "--quiet")
    found = run("search", tmp_path / "c", "where is the tower?", "--mode", "late", "--json")
    hits = json.loads(found)["hits"]
    assert len(hits) == 4
    assert hits[0]["evidence"]["heat"]


def test_what_is_no_encoder(tmp_path: Path) -> None:
    found = CliRunner().invoke(
        main, ["index", str(tmp_path), "--to", str(tmp_path / "c"), "--encoder", "hf:nowhere"]
    )
    assert found.exit_code == 2
    assert "no folder nowhere" in found.output


def test_sizes_are_numbers(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text('{"query": "a", "positive": "b"}', "utf-8")
    found = CliRunner().invoke(
        main,
        [
            "train",
            "encoder",
            str(tmp_path / "pairs.jsonl"),
            "--from",
            "x",
            "--to",
            "y",
            "--dims",
            "a",
        ],
    )
    assert found.exit_code == 1
    assert "numbers with commas" in found.output


@pytest.mark.slow
def test_from_pictures_to_a_model(tmp_path: Path) -> None:
    start = save_tiny_vlm(tmp_path / "start", "ColQwen3")
    (tmp_path / "pages").mkdir()
    Image.new("RGB", (64, 96), "white").save(tmp_path / "pages" / "a.png")
    (tmp_path / "pairs.jsonl").write_text('{"query": "empty", "positive": "a.png"}', "utf-8")
    command = ["train", "encoder", tmp_path / "pairs.jsonl", "--from", start, "--steps", 1]
    command += ["--to", tmp_path / "made", "--negatives", 0, "--images", tmp_path / "pages"]
    assert json.loads(run(*command, "--json"))["pairs"] == 1
    assert PageImageEncoder(tmp_path / "made").family.name == "colqwen3"
    refused = CliRunner().invoke(main, [str(one) for one in (*command, "--mine", "bm25")])
    assert refused.exit_code == 2
    assert "for texts" in refused.output
