import json
from datetime import date
from pathlib import Path

import pytest

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.data.legal import read_source

LAW = "# 刑法\n\n1997年3月14日 通过\n\n<!-- INFO END -->\n\n第五条 五改。\n\n第六条 【六罪】六。\n"
CHANGE = "# 刑法修正案\n\n2001年1月1日 通过\n\n一、将刑法第五条修改为：“五改。”\n"


def test_a_statute_with_its_amendment(tmp_path: Path) -> None:
    (tmp_path / "刑法.md").write_text(LAW, "utf-8")
    (tmp_path / "刑法修正案.md").write_text(CHANGE, "utf-8")
    (tmp_path / "_index.md").write_text("---", "utf-8")
    found = read_source("law", tmp_path, "statute", jurisdiction="CN", valid_from=date(1997, 10, 1))
    assert [(one.article.number, one.valid_from, one.exact) for one in found] == [
        ("5", date(1997, 10, 1), False),
        ("5", date(2001, 1, 1), True),
        ("6", date(1997, 10, 1), True),
    ]
    item = found[1].item()
    assert item.id == "law/刑法/5@2001-01-01"
    assert item.attributes["title"] == "刑法第五条"
    assert item.attributes["valid_from"] == 20010101
    assert found[2].item().attributes["offences"] == "六罪"
    assert "offences" not in item.attributes


def test_interpretations_follow_each_other(tmp_path: Path) -> None:
    def text(year: int) -> str:
        return f"# 解释\n\n{year}年5月1日 施行\n\n<!-- INFO END -->\n\n第一条 {year}。"

    rows = [
        {"title": "关于盗窃的解释", "kind": "interpretation", "text": text(2003)},
        {"title": "关于盗窃适用的解释", "kind": "interpretation", "text": text(2013)},
        {"title": "关于盗窃的解释", "kind": "interpretation", "text": "第一条 无日期。"},
        {"title": "刑法", "kind": "statute", "text": LAW},
    ]
    path = tmp_path / "all.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = read_source("guide", path, "interpretation")
    assert [(one.article.text, one.valid_from, one.valid_to) for one in found] == [
        ("2003。", date(2003, 5, 1), date(2013, 4, 30)),
        ("2013。", date(2013, 5, 1), None),
    ]


def test_precedents_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "c1", "fact": "甲盗窃。", "charges": "盗窃;诈骗"}), "utf-8")
    (case,) = read_source("cases", path, "precedent")
    assert (case.law, case.article.text) == ("c1", "甲盗窃。")
    assert case.article.offences == ("盗窃", "诈骗")
    assert case.item().attributes["valid_to"] == 99991231


def test_what_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="holds no guideline"):
        read_source("empty", tmp_path, "guideline")
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        read_source("absent", tmp_path / "no.md", "statute")
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"title": "a"}', "utf-8")
    with pytest.raises(UnreadableFileError, match="line 1 has no text"):
        read_source("bad", bad, "documents")


@pytest.mark.usefixtures("unchecked")
def test_an_unknown_type(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="statute, interpretation"):
        read_source("x", tmp_path, "law")  # type: ignore[arg-type]
