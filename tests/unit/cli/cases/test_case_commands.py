import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trovato.cli.main import main
from trovato.core import Prompt
from trovato.llm import ScriptedModel
from trovato.llm.scripted import Script

THEFT = (
    "盗窃公私财物，数额较大的，处三年以下有期徒刑、拘役或者管制，并处或者单处罚金；"
    "数额巨大的，处三年以上十年以下有期徒刑，并处罚金。"
)
LAW = f"""# 刑法

<!-- INFO END -->

第六十五条 累犯，应当从重处罚。

第二百六十四条 【盗窃罪】{THEFT}
"""
CHANGE = f"""# 刑法修正案

2011年5月1日 通过

一、将刑法第二百六十四条修改为：“{THEFT}”
"""
FACTS = "被告人甲入户盗窃现金8000元。甲如实供述。甲系累犯。"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    (folder / "law").mkdir()
    (folder / "law" / "刑法.md").write_text(LAW, "utf-8")
    (folder / "law" / "刑法修正案.md").write_text(CHANGE, "utf-8")
    (folder / "facts.txt").write_text(FACTS, "utf-8")
    cases = [
        {"id": "1", "fact": "甲入户盗窃手机。", "charges": "盗窃"},
        {"id": "2", "fact": "乙骗取钱款。", "charges": "诈骗"},
    ]
    (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)), "utf-8")
    made = folder / "law.trovato"
    for name, path, *options in (
        ("law", folder / "law", "--type", "statute", "--valid-from", "1997-10-01"),
        ("cases", folder / "cases.jsonl", "--type", "precedent"),
    ):
        result = _run("sources", "add", name, path, "--to", made, "--quiet", *options)
        assert result.exit_code == 0, result.output
    return made


def test_sources_are_listed(collection: Path) -> None:
    result = _run("sources", "list", collection, "--json")
    assert json.loads(result.output) == [
        {"source": "cases", "type": "precedent", "articles": 2},
        {"source": "law", "type": "statute", "articles": 3},
    ]
    assert "law  statute  3" in _run("sources", "list", collection).output


def test_a_case_with_its_trace(collection: Path) -> None:
    result = _run("case", collection, collection.parent / "facts.txt", "--charge", "盗窃", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert "not legal advice" in report["banner"]
    assert [factor["name"] for factor in report["factors"]] == ["confession", "recidivist"]
    assert report["factors"][1]["sentence"] == "甲系累犯。"
    assert report["range"] == {"minimum": 1.0, "maximum": 36.0}
    assert report["calculation"]["steps"][-1]["name"] == "discretion"
    assert {article["number"] for article in report["articles"]} == {"65", "264"}
    assert report["estimate"] is None


def test_the_law_of_the_day(collection: Path) -> None:
    for day, exact in (("2000-01-01", False), ("2012-01-01", True)):
        arguments = ("--charge", "盗窃", "--act-date", day, "--json")
        result = _run("case", collection, collection.parent / "facts.txt", *arguments)
        theft = next(one for one in json.loads(result.output)["articles"] if one["number"] == "264")
        assert theft["exact"] is exact


def test_charges_are_suggested(collection: Path) -> None:
    result = _run("case", collection, collection.parent / "facts.txt")
    assert result.exit_code == 0, result.output
    assert "Offence (suggested by judged cases): 盗窃罪" in result.output
    assert "Range: 1 to 36 months" in result.output
    assert "累犯 （十五）: 甲系累犯。" in result.output


def test_what_is_not_established(collection: Path, tmp_path: Path) -> None:
    result = _run("case", collection, collection.parent / "facts.txt", "--charge", "抢劫罪")
    assert "Range: not established" in result.output
    assert "Missing: the words of article 263" in result.output
    (tmp_path / "empty.txt").write_text(" ", "utf-8")
    assert "empty" in _run("case", collection, tmp_path / "empty.txt").output
    absent = _run("case", collection, tmp_path / "absent.txt")
    assert (absent.exit_code, "cannot be read" in absent.output) == (1, True)


def test_asking_the_sources(collection: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["<search><statute>盗窃</statute></search>", "<answer>三年以下</answer>"]
    arguments = ("ask", collection, "盗窃处多少年？", "--sources")
    for options in (["--stream"], ["--json"]):
        left = iter(said)

        def say(prompt: Prompt, attention: str, left: Iterator[str] = left) -> str:
            return next(left)

        def opened(*_: object, say: Script = say, **__: object) -> ScriptedModel:
            return ScriptedModel(say)

        monkeypatch.setattr("trovato.library.llm_options.open_model", opened)
        result = _run(*arguments, "--llm", "scripted", *options)
        assert result.exit_code == 0, result.output
        if options == ["--json"]:
            assert json.loads(result.output)["answer"] == "三年以下"
        else:
            assert "<information>" in result.output
            assert "law/刑法/264@" in result.output.splitlines()[-1]


def test_sources_need_a_model(collection: Path) -> None:
    result = _run("ask", collection, "盗窃？", "--sources")
    assert (result.exit_code, "--llm" in result.output) == (2, True)
