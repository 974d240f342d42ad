"""`trovato recommend challenge` and `check` from the command line."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.interactions.synthetic import Scale, synthesise


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["recommend", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("challenge-cli") / "log"
    synthesise(folder, Scale.of(20_000, 1))
    return folder


def test_a_submission_is_written_and_checked(log: Path, tmp_path: Path) -> None:
    file = tmp_path / "submission.parquet"
    made = run("challenge", log, "--model", "fans", "--candidates", 150, "--to", file, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["protocol"] == "vk-recsys-challenge-2025 validation, version 1"
    assert told["clips"] == pq.read_metadata(file).num_rows
    checked = run("check", log, file)
    assert checked.exit_code == 0, checked.output
    assert f"No violations. nDCG@100 {told['nDCG@100']['mean']:.4f}" in checked.stdout
    shown = run("challenge", log, "--model", "active", "--rounds", 0, "--sample", 0, "--to", file)
    assert shown.exit_code == 0, shown.output
    assert str(file) in shown.stdout


def test_faults_end_with_status_1(log: Path, tmp_path: Path) -> None:
    file = tmp_path / "submission.parquet"
    run("challenge", log, "--model", "active", "--rounds", 0, "--to", file, "--quiet")
    pq.write_table(pq.read_table(file).slice(1), file)
    checked = run("check", log, file)
    assert checked.exit_code == 1
    assert "has no list (1 such clips)" in checked.stdout
    pq.write_table(pa.table({"item_id": [1]}), file)
    refused = run("check", log, file)
    assert refused.exit_code == 1
    assert "must have the columns" in refused.stderr
