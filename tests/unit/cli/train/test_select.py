"""`trovato select` as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main


@pytest.fixture
def rewards(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    path = tmp_path / "rewards.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": f"e{at}", "rewards": (random.random(4) * at / 99).tolist()}) + "\n"
            for at in range(100)
        )
    )
    np.save(tmp_path / "e.npy", random.standard_normal((100, 5)).astype(np.float32))
    np.save(tmp_path / "g.npy", random.standard_normal((100, 5)))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["select", *map(str, arguments), "--quiet"])


def test_ids_a_report_and_charts_are_written(rewards: Path, tmp_path: Path) -> None:
    to, why, plots = tmp_path / "ids.txt", tmp_path / "why.jsonl", tmp_path / "plots"
    more = ["--embeddings", tmp_path / "e.npy", "--gradients", tmp_path / "g.npy"]
    options = ["--budget", "20%", "--to", to, *more, "--report", why, "--plots", plots]
    found = run(rewards, *options)
    assert found.exit_code == 0, found.output
    assert "20 examples of 100, scored by 400 rollouts" in found.output
    ids = to.read_text().split()
    records = [json.loads(line) for line in why.read_text().splitlines()]
    places = {one["place"]: one["id"] for one in records if one["reason"] == "chosen"}
    assert [places[at] for at in range(20)] == ids
    assert len(list(plots.glob("*.svg"))) == 4
    assert run(rewards, *options).output == found.output
    assert to.read_text().split() == ids


def test_a_budget_of_rollouts_pays_for_scoring_first(rewards: Path, tmp_path: Path) -> None:
    options = ["--rollouts", 640, "--rollouts-per-example", 8, "--epochs", 3]
    found = run(rewards, *options, "--to", tmp_path / "ids.txt", "--json")
    assert json.loads(found.output)["chosen"] == 10
    assert (
        "scoring took 400 of 410"
        in run(rewards, "--rollouts", 410, "--epochs", 2, "--to", tmp_path / "i").output
    )
    assert (
        "one of the two"
        in run(rewards, "--rollouts", 640, "--budget", 5, "--to", tmp_path / "i").output
    )


def test_methods_differ_and_their_settings_can_be_changed(rewards: Path, tmp_path: Path) -> None:
    chosen = []
    for options in (["--method", "released"], ["--method", "released", "--mu", "0.05"], []):
        to = tmp_path / "ids.txt"
        found = run(rewards, "--to", to, "--json", *options)
        chosen.append(to.read_text())
        config = json.loads(found.output)["config"]
    assert len(set(chosen)) == 3
    assert config["learnability"] == "variance"


def test_arrays_that_are_none_are_told(rewards: Path, tmp_path: Path) -> None:
    (tmp_path / "text.npy").write_text("no array")
    np.save(tmp_path / "flat.npy", np.zeros(100))
    to = ["--to", tmp_path / "ids.txt"]
    for name, wrong in (("text.npy", "not an .npy file"), ("flat.npy", "a row of floating-point")):
        found = run(rewards, *to, "--embeddings", tmp_path / name)
        assert found.exit_code == 1
        assert wrong in found.output
