"""`trovato ids`: from items to ids, looked at, grown and repaired."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from trovato.__main__ import main


@pytest.fixture
def items(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    path = tmp_path / "items.jsonl"
    rows = (
        {"item_id": n, "embedding": random.standard_normal(8).round(3).tolist(), "kind": n % 3}
        for n in range(60)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(*words: object) -> str:
    result = CliRunner().invoke(main, ["ids", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_from_items_to_repaired_ids(items: Path, tmp_path: Path) -> None:
    made, apart = tmp_path / "made.ids", tmp_path / "apart.ids"
    options = ("--levels", 2, "--codes", 6, "--repair", "none")
    first = json.loads(run("train", items, "--to", made, *options, "--json"))
    assert (first["items"], len(first["levels"])) == (60, 2)
    assert first["unique_ratio"] < 1
    shown = run("report", made, "--items", items, "--label", "kind")
    assert "NMI kind" in shown
    assert "relative error" in shown
    told = json.loads(run("repair", made, "--policy", "digit", "--to", apart, "--json"))
    assert told["biggest_bucket"] == 1
    near = json.loads(
        run("repair", made, "--items", items, "--capacity", 12, "--to", apart, "--json")
    )
    assert near["biggest_bucket"] <= 12
    assert "0.00% changed" in run("compare", made, made)


def test_new_items_are_appended(items: Path, tmp_path: Path) -> None:
    made, grown = tmp_path / "made.ids", tmp_path / "grown.ids"
    run("train", items, "--to", made, "--codes", 8)
    new = tmp_path / "new.npz"
    np.savez(new, item_id=np.array([100, 101]), embedding=np.ones((2, 8), np.float32))
    assert "2 items added, 62 now" in run("append", made, new, "--to", grown)
    found = json.loads(run("compare", made, grown, "--json"))
    assert (found["added"], found["drift"]) == (2, [0, 0, 0])


def test_what_cannot_be_done_is_said(items: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.ids"
    run("train", items, "--to", made, "--codes", 8)
    (tmp_path / "bad.jsonl").write_text('{"name": 1}\n')
    for words, wanted in (
        (("report", made, "--label", "kind"), "by --items"),
        (("report", made, "--items", items, "--label", "other"), "no item has the field"),
        (("repair", made, "--to", made), "by --items"),
        (("train", tmp_path / "bad.jsonl", "--to", made), "item_id or id"),
        (("append", made, items, "--to", made), "have an id already"),
        (("train", items, "--to", made, "--set", "epochs=2"), "'epochs'; none is taken here"),
        (("train", items, "--to", made, "--quantizer", "dos", "--set", "x=2"), "warmup_epochs, "),
        (
            ("train", items, "--to", made, "--quantizer", "dos", "--set", "dim=a"),
            "dim takes int values",
        ),
        (("train", items, "--to", made, "--quantizer", "dos", "--set", "whiten=2"), "true or fal"),
    ):
        result = CliRunner().invoke(main, ["ids", *map(str, words)])
        assert result.exit_code == 1
        assert wanted in result.output
