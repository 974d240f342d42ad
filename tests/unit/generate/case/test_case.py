"""Factors with their sentences, ranges from the words of the law, and the laws of an analysis."""

from pathlib import Path

import pytest

from trovato.core import InvalidInputError, Item, UnreadableFileError
from trovato.generate.case import (
    CaseAnalysis,
    TermStatistics,
    analyze_case,
    choose_penalty,
    find_amounts,
    find_factors,
    load_pack,
    parse_penalties,
    redact_names,
)

PACK = load_pack()
THEFT = (
    "盗窃公私财物，数额较大的，或者多次盗窃的，处三年以下有期徒刑、拘役或者管制，并处或者单处罚金；"
    "数额巨大或者有其他严重情节的，处三年以上十年以下有期徒刑，并处罚金；"
    "数额特别巨大的，处十年以上有期徒刑或者无期徒刑，并处罚金或者没收财产。"
)
INJURY = (
    "故意伤害他人身体的，处三年以下有期徒刑、拘役或者管制。\n"
    "犯前款罪，致人重伤的，处三年以上十年以下有期徒刑；致人死亡的，处十年以上有期徒刑、无期徒刑或者死刑。"
)
STATUTES = {
    "264": Item("law/264", "statute", THEFT, attributes={"article": "264"}),
    "266": Item("law/266", "statute", THEFT, attributes={"article": "266"}),
    "234": Item("law/234", "statute", INJURY, attributes={"article": "234"}),
}
FACTS = (
    "被告人甲入户盗窃现金人民币8000元。案发后，甲主动投案并如实供述。"
    "甲的家属已退赔被害人。甲系累犯。"
)


def _analysis(facts: str = FACTS, charge: str = "盗窃罪", province: str = "") -> CaseAnalysis:
    return analyze_case(facts, [charge] if charge else [], STATUTES, PACK, province=province)


def _term(facts: str) -> float:
    calculation = _analysis(facts).calculation
    assert calculation is not None
    return calculation.estimate


def test_each_factor_comes_with_the_sentence_that_says_so() -> None:
    found = {one.rule.factor.name: one for one in find_factors(FACTS, PACK)}
    assert found.keys() == {"voluntary_surrender", "confession", "return_of_gains", "recidivist"}
    surrender = found["voluntary_surrender"]
    assert surrender.sentence == "案发后，甲主动投案并如实供述。"
    assert FACTS[surrender.start : surrender.end] == surrender.sentence


@pytest.mark.parametrize(
    "denied",
    ["甲不构成自首。", "甲未如实供述。", "甲没有前科。", "甲尚未退赔。", "甲未取得被害人谅解。"],
)
def test_what_is_denied_is_no_factor(denied: str) -> None:
    assert find_factors(denied, PACK) == []


def test_amounts_with_their_places() -> None:
    facts = "现金８０００元，冰毒1.5千克，价值三万余元"
    found = find_amounts(facts)
    assert [(one.value, one.unit) for one in found] == [
        (8000, "yuan"),
        (1500, "gram"),
        (30000, "yuan"),
    ]
    assert facts[found[0].start : found[0].end] == "８０００元"


def test_ranges_are_read_from_the_article() -> None:
    ranges = [(one.allowed.minimum, one.allowed.maximum) for one in parse_penalties(THEFT)]
    assert ranges == [(1, 36), (36, 120), (120, 180)]
    assert parse_penalties("在道路上醉酒驾驶的，处拘役，并处罚金。")[0].allowed.maximum == 6
    fixed = parse_penalties("贩卖的，处十五年有期徒刑、无期徒刑或者死刑。")[0].allowed
    assert (fixed.minimum, fixed.maximum) == (180, 180)
    assert parse_penalties("处无期徒刑或者死刑。") == []
    for penalty in parse_penalties(THEFT):
        assert penalty.condition in THEFT[penalty.start : penalty.end]


@pytest.mark.parametrize(
    ("amount", "province", "maximum"),
    [(8_000, "", 36), (60_000, "", 120), (500_000, "", 180)],
)
def test_the_amount_chooses_the_penalty(amount: int, province: str, maximum: int) -> None:
    found = _analysis(f"甲盗窃{amount}元。", province=province).established
    assert found is not None
    assert found.chosen.penalty.allowed.maximum == maximum
    assert "关于办理盗窃刑事案件" in found.chosen.reason


def test_a_province_may_have_a_threshold_of_its_own() -> None:
    facts = "甲诈骗52000元。"
    for province, maximum in (("", 36), ("湖南", 120)):
        found = _analysis(facts, "诈骗罪", province=province).established
        assert found is not None
        assert found.chosen.penalty.allowed.maximum == maximum, province


def test_consequences_choose_the_penalty() -> None:
    for facts, maximum in (
        ("甲打乙，致乙轻伤。", 36),
        ("甲打乙，致乙重伤。", 120),
        ("甲打乙，致乙当场死亡。", 180),
    ):
        found = _analysis(facts, "故意伤害").established
        assert found is not None
        assert found.chosen.penalty.allowed.maximum == maximum


def test_articles_that_name_the_gravest_penalty_first() -> None:
    text = "情节严重的，处十年以上有期徒刑。\n情节较轻的，处三年以下有期徒刑。"
    chosen = choose_penalty(parse_penalties(text), "某罪", [], frozenset(), PACK)
    assert chosen is not None
    assert chosen.penalty.allowed.maximum == 36
    assert choose_penalty([], "某罪", [], frozenset(), PACK) is None


def test_articles_with_reasons() -> None:
    articles = _analysis().articles
    assert articles["264"] == "盗窃罪"
    assert articles["65"] == "累犯"
    assert articles["67"] == "自首"
    assert {"52", "53", "72"} <= articles.keys()


@pytest.mark.parametrize(
    ("charge", "offence"),
    [
        ("盗窃", "盗窃罪"),
        ("贩卖毒品罪", "走私、贩卖、运输、制造毒品罪"),
        ("容留卖淫", "引诱、容留、介绍卖淫罪"),
        ("", None),
        ("甲乙丙丁", None),
    ],
)
def test_charges_in_part(charge: str, offence: str | None) -> None:
    assert PACK.offence(charge) == offence


def test_what_is_missing_is_said() -> None:
    assert "the charge" in _analysis(charge="").missing[0]
    assert "甲乙丙丁" in _analysis(charge="甲乙丙丁").missing[0]
    unknown = _analysis(charge="抢劫罪")
    assert unknown.calculation is None
    assert "article 263" in unknown.missing[0]
    assert "the amount" in _analysis("甲盗窃一部手机。").missing[0]
    assert "not legal advice" in _analysis().banner
    with pytest.raises(InvalidInputError, match="empty"):
        _analysis(" ")


# Edits that must not lower, or must not raise, the term.
@pytest.mark.parametrize(
    ("lighter", "graver"),
    [
        (FACTS, FACTS.replace("案发后，甲主动投案并如实供述。", "")),
        (FACTS, FACTS.replace("甲的家属已退赔被害人。", "")),
        (FACTS.replace("甲系累犯。", ""), FACTS),
        (FACTS, FACTS.replace("8000", "80000")),
        (FACTS, FACTS.replace("8000", "800000")),
        (FACTS + "甲系从犯。", FACTS),
        (FACTS + "属犯罪未遂。", FACTS),
        (FACTS, FACTS + "被害人系残疾人。"),
    ],
)
def test_counterfactual_edits(lighter: str, graver: str) -> None:
    assert _term(lighter) <= _term(graver)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("被告人甲", "被告人乙"),
        ("被告人甲", "被告人甲（女）"),
        ("被告人甲", "被告人甲，汉族"),
        ("被告人甲", "被告人甲，藏族"),
        ("被告人甲", "被告人甲，户籍地为外省农村"),
        ("被告人甲", "被告人甲，大学文化"),
        ("被告人甲", "被告人甲，无业"),
    ],
)
def test_protected_attributes_change_nothing(old: str, new: str) -> None:
    plain, swapped = _analysis(), _analysis(FACTS.replace(old, new))
    assert swapped.calculation == plain.calculation
    assert swapped.articles == plain.articles


def test_statistics_are_kept(tmp_path: Path) -> None:
    fitted = TermStatistics({"constant": 2.0}, (6.0, 12.0), (6.0, 12.0), (1.0, 1.0))
    fitted.save(tmp_path / "terms.json")
    assert TermStatistics.load(tmp_path / "terms.json") == fitted
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        TermStatistics.load(tmp_path / "absent.json")
    (tmp_path / "other.json").write_text("{}", "utf-8")
    with pytest.raises(InvalidInputError, match="no statistics"):
        TermStatistics.load(tmp_path / "other.json")


def test_the_estimate_follows_like_cases() -> None:
    fitted = TermStatistics({}, (6.0,) * 5 + (60.0,) * 5, (7.0,) * 5 + (72.0,) * 5, (1.0,) * 10)
    near, far = fitted.estimate(6.0), fitted.estimate(60.0)
    assert (near.months, near.low, near.high) == (7.0, 7.0, 7.0)
    assert far.months == 72.0
    assert near.like_cases == pytest.approx(5.0, abs=0.01)


def test_packs_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        load_pack(tmp_path / "absent.json")
    (tmp_path / "bad.json").write_text('{"jurisdiction": "X"}', "utf-8")
    with pytest.raises(InvalidInputError, match="no pack of rules"):
        load_pack(tmp_path / "bad.json")


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ("被告人赵甲因盗窃被抓获。赵甲系累犯。", "赵甲"),
        ("被告人钱某某在庭审中无异议。", "钱某某"),
        ("被害人孙3、李某的陈述。", "孙3"),
    ],
)
def test_names_are_kept_out(facts: str, name: str) -> None:
    assert name not in redact_names(facts, facts)
    assert redact_names("盗窃罪", facts) == "盗窃罪"
