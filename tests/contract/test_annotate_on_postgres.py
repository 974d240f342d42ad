"""The commands on a project in PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main


def run(*words: Any, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["annotate", *map(str, words)])
    assert result.exit_code == status, result.output
    return result


@pytest.mark.slow
@pytest.mark.needs("pg8000")
def test_all_commands_work_on_a_database(postgres: str, tmp_path: Path) -> None:
    (tmp_path / "queries.tsv").write_text("q1\twhich?\n")
    (tmp_path / "documents.jsonl").write_text(
        '{"id": "d1", "text": "this"}\n{"id": "d2", "text": "that"}\n'
    )
    (tmp_path / "qrels.txt").write_text("q1 0 d1 2\n")
    (tmp_path / "one.run").write_text("q1 Q0 d1 1 9 one\nq1 Q0 d2 2 8 one\n")
    place = f"{postgres}/commands"
    made = run(
        "init", "commands", "--store", postgres, "--from", "trec", tmp_path, "--owner", "ada"
    )
    assert made.output.startswith(f"{place}: 2 documents, 1 queries, 1 judgement")
    assert "exists" in run("init", place, status=1).output
    assert "1 in all" in run("queries", place, tmp_path / "queries.tsv").output
    run("member", place, "bob", "annotator")
    assert "1 document wait" in run("pool", "add", place, tmp_path / "one.run").output
    simulated = run("simulate", place, "--qrels", tmp_path / "qrels.txt", "--annotators", 1)
    assert "refused" in simulated.output
    assert json.loads(run("status", place, "--json").output)["pool"] == 2
    run("metrics", place)
    assert "all as they were stored" in run("verify", place).output
    run("export", place, "trec", tmp_path / "out")
    assert "pg_dump --schema=commands" in run("backup", place, tmp_path / "copy", status=1).output
