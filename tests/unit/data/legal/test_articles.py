from datetime import date

from trovato.data.legal import dates_of, split_articles

LAW = """# 某法

1999年12月25日 通过

<!-- INFO END -->

## 第一编 总则

第一条 为了保护，制定本法。

第一百三十三条之一　【危险驾驶罪;妨害安全驾驶罪】有下列情形之一的，处拘役：

（一）甲；

（二）乙。

第二章 分则

第二百六十四条 盗窃的，依照本法第一条的规定处罚。
第三款不算一条。
"""


def test_articles_with_their_paragraphs_and_names() -> None:
    first, driving, theft = split_articles(LAW)
    assert (first.number, first.text) == ("1", "为了保护，制定本法。")
    assert driving.number == "133-1"
    assert driving.title == "第一百三十三条之一"
    assert driving.offences == ("危险驾驶罪", "妨害安全驾驶罪")
    assert driving.text == "有下列情形之一的，处拘役：\n（一）甲；\n（二）乙。"
    assert theft.title == "第二百六十四条"
    assert theft.text.endswith("第三款不算一条。")


def test_a_text_without_articles_is_one() -> None:
    (whole,) = split_articles("# 批复\n\n1999年1月2日\n\n<!-- INFO END -->\n\n同意。")
    assert (whole.number, whole.text) == ("0", "同意。")
    assert split_articles("") == []


def test_dates_as_the_text_says_them() -> None:
    passed, announced, forced = "2013年3月8日 会议通过", "2013年4月2日 公布", "2013年4月4日 施行"
    text = f"# 解释\n\n{passed}\n\n{announced}\n\n{forced}\n\n<!-- INFO END -->\n\n第一条 甲。"
    assert dates_of(text) == (date(2013, 3, 8), date(2013, 4, 4))
    later = "2015年8月29日 通过\n\n一、甲。\n\n二、本修正案自2015年11月1日起施行。"
    assert dates_of(later) == (date(2015, 8, 29), date(2015, 11, 1))
    at_once = "2001年8月31日 通过\n\n甲。\n\n本修正案自公布之日起施行。"
    assert dates_of(at_once)[1] == date(2001, 8, 31)
    assert dates_of("甲。") == (None, None)
    assert dates_of("2001年13月45日 通过") == (None, None)
