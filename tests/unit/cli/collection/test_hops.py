"""`trovato index --components`, `trovato graph` and `trovato search --mode hops`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from trovato.cli.main import main
from trovato.llm import ScriptedModel

LYN = """# Lyn

## Seasons

| Year | Coach |
|---|---|
| 1911 | [Ole Moe](ole.md) |
| 1912 | [Per Bo](per.md) |
"""
QUESTION = "Where was the coach of Lyn in 1911 born?"


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hops") / "wiki"
    folder.mkdir()
    (folder / "lyn.md").write_text(LYN)
    (folder / "ole.md").write_text("# Ole Moe\n\nHe was born in Bergen. He sold shoes.\n")
    run("index", folder, "--to", folder.parent / "c", "--components", "--quiet")
    return folder.parent / "c"


def run(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_path_is_shown(wiki: Path) -> None:
    shown = run("search", wiki, QUESTION, "--mode", "hops", "--explain", "-k", "2")
    assert "1. wiki/lyn.md.c1 (table)" in shown
    assert "→ “Ole Moe” Ole Moe He was born in Bergen." in shown
    assert "wiki/ole.md.c1" in shown
    assert "meets: born" in shown


def test_the_path_as_json(wiki: Path) -> None:
    told = json.loads(run("search", wiki, QUESTION, "--mode", "hops", "--json"))
    steps = told["hits"][0]["evidence"]["steps"]
    assert [step["item"] for step in steps][-1] == "wiki/ole.md.c1"
    told = json.loads(
        run("search", wiki, QUESTION, "--mode", "hops", "--json", "--subquery", "coach of Lyn 1911")
    )
    assert told["hits"][0]["evidence"]["subqueries"] == ["coach of Lyn 1911"]
    asked = "Who led the old club that won the 1911 cup?"
    told = json.loads(run("search", wiki, asked, "--mode", "hops", "--json", "--decompose"))
    assert len(told["hits"][0]["evidence"]["subqueries"]) == 2


def test_slots_are_filled_and_names_lead_on(wiki: Path) -> None:
    parts = ("--subquery", "coach of Lyn in 1911", "--subquery", "Where was #1 born?")
    told = json.loads(run("search", wiki, QUESTION, "--mode", "hops", "--json", *parts))
    evidence = told["hits"][0]["evidence"]
    assert evidence["subqueries"] == ["coach of Lyn in 1911", "Where was Ole Moe born?"]
    assert [step["item"] for step in evidence["steps"]] == ["wiki/lyn.md.c1.r1", "wiki/ole.md.c1"]
    assert "wiki/ole.md.c1" in run("search", wiki, QUESTION, "--mode", "hops", "--bridges", "3")


def test_a_model_tells_the_question_apart(wiki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ["coach of Lyn in 1911", "Where was he born?"]
    model = ScriptedModel(lambda prompt, attention: json.dumps(parts))
    monkeypatch.setattr(
        "trovato.library.llm_options.open_model", lambda llm, *_, **__: model if llm else None
    )
    asked = ("search", wiki, QUESTION, "--mode", "hops")
    told = json.loads(run(*asked, "--llm", "http://x", "--json"))
    assert told["hits"][0]["evidence"]["subqueries"] == parts
    shown = run(*asked, "--llm", "http://x", "--explain")
    assert f"asked (table): {parts[0]}" in shown
    assert len(model.asked) == 2
    run(*asked, "--llm", "http://x", "--subquery", "coach of Lyn")  # told by hand: nobody is asked
    assert len(model.asked) == 2


def test_an_answer_is_read_from_the_path(wiki: Path) -> None:
    told = json.loads(run("ask", wiki, QUESTION, "--mode", "hops", "--json"))
    steps = told["paths"][0]["steps"]
    assert [step["item"] for step in steps] == ["wiki/lyn.md.c1.r1", "wiki/ole.md.c1"]
    assert steps[1]["link"] == "Ole Moe"
    read = [source["id"] for source in told["sources"]]
    assert read[:2] == [step["item"] for step in steps]
    assert "wiki/lyn.md.c1" not in read  # of the table the row alone
    assert {one["item"]["id"] for one in told["citations"]} <= set(read)
    assert json.loads(run("ask", wiki, QUESTION, "--json"))["paths"] == []
    assert "→ “Ole Moe” Ole Moe He was born" in run("ask", wiki, QUESTION, "--mode", "hops")


def test_the_graph_is_shown(wiki: Path) -> None:
    shown = run("graph", wiki)
    assert "3 nodes in 2 documents, 1 link, 1 to what is not there" in shown
    assert "wiki/lyn.md.c1.r2 links to wiki/per.md, which is not there" in shown
    around = json.loads(run("graph", wiki, "wiki/ole.md", "--json"))
    assert around["linked_from"] == ["wiki/lyn.md.c1.r1"]
    assert "same document: wiki/lyn.md.c1.r2" in run("graph", wiki, "wiki/lyn.md.c1.r1")
    assert json.loads(run("graph", wiki, "--json"))["hubs"] == [{"id": "wiki/ole.md", "links": 1}]
    assert CliRunner().invoke(main, ["graph", str(wiki), "absent"]).exit_code == 1


def test_indexing_again_changes_nothing(wiki: Path) -> None:
    again = run("index", wiki.parent / "wiki", "--to", wiki, "--components", "--quiet")
    assert "2 unchanged" in again
    refused = CliRunner().invoke(
        main, ["index", str(wiki.parent / "wiki"), "--to", str(wiki), "--components", "--prune"]
    )
    assert refused.exit_code == 2


def test_nothing_found_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.")
    run("index", tmp_path / "a.md", "--to", tmp_path / "c", "--components", "--quiet")
    told = run("search", tmp_path / "c", "x", "--mode", "hops", "--filter", "path:z*")
    assert "Nothing found." in told
