from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.interactions.synthetic import Scale, synthesise


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs") / "log"
    synthesise(folder, Scale.of(20_000, seed=3))
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["logs", *map(str, arguments)])


def test_inspect(log: Path) -> None:
    found = run("inspect", log)
    assert found.exit_code == 0
    assert "20,000 rows in weeks 0 to 26" in found.output
    summary = json.loads(run("inspect", log, "--json").output)
    assert summary["rows"] == sum(summary["rows_of_weeks"].values()) == 20_000
    assert summary["users"] == 7004


def test_check(log: Path, tmp_path: Path) -> None:
    assert run("check", log, "--quiet").output == "No violations.\n"
    assert json.loads(run("check", log, "--json").output) == []
    assert (log / "SHA256SUMS").exists()
    (tmp_path / "week_00.parquet").write_bytes(b"PAR1")
    found = run("check", tmp_path)
    assert found.exit_code == 1
    assert "week_00.parquet" in found.output
    assert "1 violation\n" in found.output


def test_stats(log: Path, tmp_path: Path) -> None:
    found = run("stats", log, "--to", tmp_path, "--json")
    assert json.loads(found.output)["rows"] == 20_000
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "spread.svg",
        "stats.md",
        "timespent.svg",
        "weeks.svg",
    ]
    assert "| rows | 20000 |" in (tmp_path / "stats.md").read_text()
    assert (tmp_path / "spread.svg").read_text().startswith("<svg")
    assert "seconds_per_row" in run("stats", log, "--quiet").output


def test_count(log: Path, tmp_path: Path) -> None:
    summary = json.loads(run("count", log, "--to", tmp_path / "counts", "--json").output)
    assert summary["rows"] == 20_000
    assert (summary["first_week"], summary["last_week"]) == (0, 26)
    before = (tmp_path / "counts" / "counts.json").read_bytes()
    again = run("count", log, "--to", tmp_path / "counts", "--quiet")
    assert again.output.startswith("20,000 rows of ")
    assert "in weeks 0 to 26" in again.output
    assert (tmp_path / "counts" / "counts.json").read_bytes() == before
    other = tmp_path / "other"
    synthesise(other, Scale.of(20_000, seed=4))
    refused = run("count", other, "--to", tmp_path / "counts")
    assert refused.exit_code == 1
    assert "is of another log" in refused.output


def test_subset_and_split(log: Path, tmp_path: Path) -> None:
    cut = run("subset", log, "ur0.5", "--to", tmp_path / "cut", "--json")
    summary = json.loads(cut.output)
    assert summary["users"] == 3502
    assert 0 < summary["rows"] < 20_000
    parts = run(
        "split", tmp_path / "cut", "--to", tmp_path / "parts", "--split", "random", "--json"
    )
    assert sum(json.loads(parts.output)["rows"].values()) == summary["rows"]
    told = run("split", log, "--to", tmp_path / "time", "--quiet").output
    assert [line.split(" ", 1)[1].split(":")[0] for line in told.splitlines()] == [
        "rows in weeks 0 to 24",
        "rows in week 25",
        "rows in week 26",
    ]


@pytest.mark.parametrize(
    ("first", "last", "words", "parts"),
    [
        (0, 26, (), {"train": [0, 24], "validation": [25, 25], "test": [26, 26]}),
        (0, 3, (), {"train": [0, 1], "validation": [2, 2], "test": [3, 3]}),
        (5, 7, (), {"train": [5, 5], "validation": [6, 6], "test": [7, 7]}),
        (0, 1, (), {"train": [0, 0], "test": [1, 1]}),
        (0, 5, ("--test-week", 3), {"train": [0, 1], "validation": [2, 2], "test": [3, 5]}),
        (0, 5, ("--validation-week", 3), {"train": [0, 2], "validation": [3, 3], "test": [4, 5]}),
    ],
)
def test_split_by_the_weeks_that_a_log_has(
    log: Path,
    tmp_path: Path,
    first: int,
    last: int,
    words: tuple[object, ...],
    parts: dict[str, list[int]],
) -> None:
    weeks = tmp_path / "log" / "interactions"
    weeks.mkdir(parents=True)
    for number in range(first, last + 1):
        (path,) = log.rglob(f"week_{number:02d}.parquet")
        shutil.copy(path, weeks)
    found = run("split", tmp_path / "log", "--to", tmp_path / "parts", *words, "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.output)["weeks"] == parts


def test_split_says_what_a_short_log_lacks(log: Path, tmp_path: Path) -> None:
    weeks = tmp_path / "log" / "interactions"
    weeks.mkdir(parents=True)
    for number in (0, 1):
        shutil.copy(log / f"interactions/train/week_{number:02d}.parquet", weeks)
    to = ("--to", tmp_path / "parts")
    late = run("split", tmp_path / "log", *to, "--validation-week", 25, "--test-week", 26)
    assert "has the weeks 0 to 1: with validation from week 25 on there is nothing" in late.output
    (weeks / "week_01.parquet").unlink()
    assert (
        "this log has 1 week, and a split in time needs"
        in run("split", tmp_path / "log", *to).output
    )
    assert not (tmp_path / "parts").exists()


@pytest.mark.parametrize("command", ["logs stats {} --quiet", "logs stats {} --json"])
def test_a_reader_that_goes_away_is_no_error(log: Path, command: str) -> None:
    """As other tools: no words, and the status of a process that SIGPIPE ended."""
    read, write = os.pipe()
    os.close(read)
    arguments = [sys.executable, "-m", "trovato", *command.format(log).split()]
    done = subprocess.run(arguments, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def test_errors_are_one_line(log: Path, tmp_path: Path) -> None:
    found = run("subset", log, "x1", "--to", tmp_path / "cut")
    assert found.exit_code == 1
    assert found.stderr.strip().startswith("Error: 'x1' is not the name of a subset")
    assert run("inspect", tmp_path).exit_code == 1


def test_fidelity(log: Path, tmp_path: Path) -> None:
    found = run("fidelity", log, "--json")
    figures = json.loads(found.output)
    assert found.exit_code == (0 if all(one["holds"] for one in figures) else 1)
    names = [one["name"] for one in figures]
    assert {"like per row", "place, chi-square", "tail exponent of rows per item"} <= set(names)
    shown = run("fidelity", log, "--quiet").output
    assert all(name in shown for name in names)
    assert run("fidelity", tmp_path).exit_code == 1


def test_fidelity_compares_items_of_a_model(log: Path, tmp_path: Path) -> None:
    recommend = ["recommend", "train", str(log), "--model"]
    for model in ("ials", "popularity"):
        made = CliRunner().invoke(main, [*recommend, model, "--to", str(tmp_path / model)])
        assert made.exit_code == 0
    figures = json.loads(run("fidelity", log, "--factors", tmp_path / "ials", "--json").output)
    assert [one["name"] for one in figures[-2:]] == [
        "cosine of items of one author",
        "cosine of those of one length, too",
    ]
    refused = run("fidelity", log, "--factors", tmp_path / "popularity")
    assert "no factors" in refused.output


def test_seal(log: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(log, tmp_path / "log")
    (folder / "SHA256SUMS").unlink()
    assert "`trovato logs checksum` records it" in run("check", folder, "--quiet").output
    assert run("checksum", folder).output.strip() == str(folder / "SHA256SUMS")
    assert (folder / "SHA256SUMS").read_bytes() == (log / "SHA256SUMS").read_bytes()
    assert run("check", folder, "--quiet").output == "No violations.\n"
    assert run("checksum", tmp_path / "nothing").exit_code == 1
