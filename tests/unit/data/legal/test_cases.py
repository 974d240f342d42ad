import json
from pathlib import Path

import pytest

from trovato.core import InvalidInputError
from trovato.data.legal import read_judge_cases, read_lawbench_terms


def test_lawbench_terms(tmp_path: Path) -> None:
    path = tmp_path / "terms.jsonl"
    rows = [
        {
            "id": "a",
            "fact": "甲",
            "charges": "盗窃;诈骗",
            "articles": "刑法第264、266条",
            "term_months": 6,
        },
        {
            "id": "b",
            "fact": "乙",
            "charges": "抢劫",
            "articles": "刑法第263条",
            "term_months": None,
        },
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    first, second = read_lawbench_terms(path)
    assert first.charges == ("盗窃", "诈骗")
    assert first.articles == ("264", "266")
    assert (first.months, second.months) == (6.0, None)


def test_judge_cases(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    row = {"id": "a", "fact": "甲", "articles": [264, 67], "charge": "盗窃罪", "kind": "拘役"}
    path.write_text(json.dumps(row | {"term_months": 5}), "utf-8")
    (case,) = read_judge_cases(path)
    assert (case.charges, case.articles, case.kind) == (("盗窃罪",), ("264", "67"), "拘役")


def test_another_form(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "a"}', "utf-8")
    with pytest.raises(InvalidInputError, match="term_months"):
        read_judge_cases(path)
