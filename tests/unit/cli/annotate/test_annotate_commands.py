"""The commands, one after the other, as people use them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.annotate import Judged, Project, next_assignment
from trovato.annotate.storage.postgres.address import PostgresAddress
from trovato.core import InvalidInputError


def run(*words: Any, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["annotate", *map(str, words)])
    assert result.exit_code == status, result.output
    return result


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "collection"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        "".join(
            json.dumps({"_id": f"d{at}", "title": "", "text": f"text {at}"}) + "\n"
            for at in range(6)
        )
    )
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "which?"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td0\t2\nq1\td1\t9\n")
    result = run(
        "init", tmp_path / "p", "--from", "beir", folder, "--owner", "ada", "--overlap", 0.0
    )
    assert "6 documents, 1 queries, 1 judgement, " in result.output
    assert "left out: q1 d1: grade 9 is not one of 0 to 3" in result.output
    (tmp_path / "one.run").write_text(
        "".join(f"q1 Q0 d{at} {at + 1} {9 - at} one\n" for at in range(6))
    )
    (tmp_path / "two.run").write_text(
        "".join(f"q1 Q0 d{5 - at} {at + 1} {9 - at} two\n" for at in range(6))
    )
    return tmp_path / "p"


def test_from_a_collection_to_an_export(made: Path, tmp_path: Path) -> None:
    run("member", made, "bob", "annotator")
    for name in ("one", "two"):
        result = run("pool", "add", made, tmp_path / f"{name}.run", "--depth", 5)
    assert "pooled 1 queries of two; 5 documents wait" in result.output
    with Project.open(made) as project:
        while task := next_assignment(project, "bob"):
            grade = int(task.document.id[1:]) % 4
            project.record("bob", Judged(task.query, task.document.id, grade))
    status = json.loads(run("status", made, "--json").output)
    assert status["by_judge"] == {"bob": 5, "import": 1}
    assert "bob (annotator): 5" in run("status", made).output
    metrics = json.loads(run("metrics", made, "--json").output)
    assert metrics["judged"] == metrics["pool"] == 6
    assert "settled" in run("metrics", made, "--ci", 90, "--measure", "P@3").output
    run("export", made, "trec", tmp_path / "out")
    assert (tmp_path / "out" / "qrels.test.txt").read_text().count("\n") == 6
    assert "6 labels" in run("export", made, "beir", tmp_path / "beir").output
    assert "all as they were stored" in run("verify", made).output
    run("backup", made, tmp_path / "copy")
    assert json.loads(run("verify", tmp_path / "copy", "--json").output)["problems"] == []
    evaluated = CliRunner().invoke(
        main,
        [
            *("evaluate", "--run", str(tmp_path / "one.run")),
            *("--qrels", str(tmp_path / "out" / "qrels.test.txt"), "--json"),
        ],
    )
    assert evaluated.exit_code == 0


def test_scripted_annotators(made: Path, tmp_path: Path) -> None:
    run("pool", "add", made, tmp_path / "one.run")
    (tmp_path / "qrels").write_text("q1 0 d3 3\n")
    found = json.loads(
        run("simulate", made, "--qrels", tmp_path / "qrels", "--annotators", 2, "--json").output
    )
    assert found["saved"] >= 5


def test_what_is_wrong_is_said(made: Path, tmp_path: Path) -> None:
    assert "exists" in run("init", made, status=1).output
    assert "no project" in run("status", tmp_path / "none", status=1).output
    assert "judged twice" in run("agreement", made, status=1).output
    assert (
        "'eve' is no member" in run("member", made, "x", "viewer", "--as", "eve", status=1).output
    )
    assert (
        "takes the role 'owner'"
        in run("member", made, "x", "viewer", "--as", "import", status=1).output
    )
    result = run("init", tmp_path / "x", "--collection", made, "--from", "beir", made, status=2)
    assert "not both" in result.output


def test_agreement_of_people_and_of_a_model(made: Path) -> None:
    from trovato.annotate import SettingsSet, Suggested

    with Project.open(made) as project:
        project.record("ada", SettingsSet(overlap=1.0))
        for at in range(6):
            for name in ("ada", "import"):
                project.record(name, Judged("q1", f"d{at}", at % 4))
            said = Suggested("grade", "q1", f"d{at}", "tiny", "h", {"grade": (at + 1) % 4})
            project.record("ada", said)
    assert "alpha (ordinal): 1.000" in run("agreement", made).output
    assert "6 documents of 2 people" in run("agreement", made).output
    assert json.loads(run("agreement", made, "--json").output)["alpha"] == 1
    assert "tiny: kappa" in run("agreement", made, "--model", "tiny").output


def test_a_collection_becomes_a_project(tmp_path: Path) -> None:
    from trovato import Library
    from trovato.testing import WordEncoder

    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "one.txt").write_text("The harbour opened in 1871.")
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([tmp_path / "papers"])
    run("init", tmp_path / "p", "--collection", tmp_path / "c", "--owner", "ada")
    (tmp_path / "queries.tsv").write_text("q1\twhen?\nq2\twho?\n")
    assert "2 queries are new" in run("queries", tmp_path / "p", tmp_path / "queries.tsv").output
    (tmp_path / "queries.tsv").write_text("q1 without a tab\n")
    wrong = run("queries", tmp_path / "p", tmp_path / "queries.tsv", status=1)
    assert "wanted an id, a tab and a text" in wrong.output
    with Project.open(tmp_path / "p") as project:
        assert project.queries() == {"q1": "when?", "q2": "who?"}
        assert [one.text for one in project.store.documents()] == ["The harbour opened in 1871."]


def test_a_password_is_not_taken_on_the_command_line(tmp_path: Path) -> None:
    place = "postgresql://ada:hush@127.0.0.1:1/judging/policy"
    for words in (
        ["status", place],
        ["init", "policy", "--store", place.rpartition("/")[0]],
        ["start", place],
    ):
        said = run(*words, status=1).output
        assert "PGPASSWORD" in said
        assert "hush" not in said
    result = CliRunner().invoke(main, ["serve", place])
    assert (result.exit_code, "hush" in result.output) == (1, False)
    assert "name the project behind" in run("status", "postgresql://h/judging", status=1).output


def test_a_password_is_found_where_clients_of_postgres_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "pgpass"
    kept.write_text("# ours\nother:*:*:*:no\n127.0.0.1:*:jud\\:ging:ada:a\\:b\n")
    kept.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(kept))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    address = PostgresAddress.of("postgresql://ada@127.0.0.1/jud%3Aging/policy")
    assert address.password() == "a:b"
    assert "a:b" not in repr(address)
    assert str(address) == "postgresql://ada@127.0.0.1:5432/jud%3Aging/policy"
    assert PostgresAddress.of("postgresql://bob@127.0.0.1/x").password() is None
    monkeypatch.setenv("PGPASSWORD", "first")
    assert address.password() == "first"
    monkeypatch.delenv("PGPASSWORD")
    kept.chmod(0o644)
    with pytest.raises(InvalidInputError, match="chmod 600"):
        address.password()
