from datetime import date

import pytest

from trovato.core import InvalidInputError, Item, Query
from trovato.retrieve import MultiSourceRetriever, SourceFilter
from trovato.testing import check_retriever


def _item(name: str, text: str, kind: str = "statute", **attributes: str | int) -> Item:
    return Item(name, kind, text, attributes={"source_type": kind, **attributes})


ITEMS = [
    _item("law/264@2000", "盗窃公私财物的，处罚。", article="264", valid_from=0, valid_to=20110430),
    _item(
        "law/264@2011",
        "盗窃公私财物，入户盗窃的，处罚。",
        article="264",
        valid_from=20110501,
        valid_to=99991231,
    ),
    _item("law/266", "诈骗公私财物的，处罚。\n另有规定的除外。", article="266", offences="诈骗罪"),
    _item("guide/1", "盗窃数额较大的标准。", "interpretation", jurisdiction="CN"),
    _item("hunan/1", "盗窃数额较大的本省标准。", "guideline", jurisdiction="湖南"),
    _item("hubei/1", "盗窃数额较大的本省标准。", "guideline", jurisdiction="湖北"),
]
RETRIEVER = MultiSourceRetriever(ITEMS)


def test_the_laws_of_a_retriever() -> None:
    ids = [item.id for item in ITEMS]
    check_retriever(RETRIEVER, [Query("盗窃数额较大"), Query("没有这样的词")], ids, 3)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2011, 4, 30), ["law/264@2000"]),
        (date(2011, 5, 1), ["law/264@2011"]),
        (None, ["law/264@2000", "law/264@2011"]),
    ],
)
def test_what_was_in_force(day: date | None, found: list[str]) -> None:
    ranking = RETRIEVER.search(["盗窃"], 9, SourceFilter(frozenset({"statute"}), day))
    assert sorted(ranking.ids) == found


def test_in_force_by_number() -> None:
    assert RETRIEVER.in_force(date(2000, 1, 1))["264"].id == "law/264@2000"
    assert RETRIEVER.in_force(None)["264"].id == "law/264@2011"
    assert RETRIEVER.in_force(None).keys() == {"264", "266"}


def test_types_and_jurisdictions() -> None:
    only = RETRIEVER.search(["盗窃"], 9, SourceFilter(frozenset({"guideline"})))
    assert set(only.ids) == {"hunan/1", "hubei/1"}
    hunan = RETRIEVER.search(["盗窃"], 9, SourceFilter(jurisdictions=frozenset({"湖南"})))
    assert "hunan/1" in hunan.ids
    assert not {"hubei/1", "guide/1"} & set(hunan.ids)
    assert "law/264@2011" in hunan.ids  # holds everywhere


def test_several_queries_are_fused() -> None:
    fused = RETRIEVER.search(["入户", "诈骗罪"], 9)
    assert set(fused.ids) == {"law/264@2011", "law/266"}
    assert fused[0].score == pytest.approx(1 / 61)


def test_evidence_is_the_line_that_meets_the_query() -> None:
    (hit,) = RETRIEVER.search(["诈骗公私"], 1)
    assert hit.evidence.snippet == "诈骗公私财物的，处罚。"
    assert [hit.evidence.snippet[start:end] for start, end in hit.evidence.marks] == ["诈骗公私"]


@pytest.mark.parametrize(("texts", "k"), [(["盗窃"], 0), (["盗窃"], 1001), ([" "], 5), ([], 5)])
def test_refused(texts: list[str], k: int) -> None:
    with pytest.raises(InvalidInputError):
        RETRIEVER.search(texts, k)
