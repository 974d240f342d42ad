from datetime import date

import pytest

from trovato.core import UnreadableFileError
from trovato.data.legal import Article, article_versions, read_changes

FIRST = """# 刑法修正案（一）

2001年1月1日 通过

一、将刑法第五条修改为：“五的新文。

“五的第二款。”

二、在刑法第七条后增加一条，作为第七条之一：“七之一。”

三、在刑法第八条后增加二条，作为第八条之一、第八条之二:

“第八条之一 甲。

“第八条之二 乙。”

四、删去刑法第九条。

五、刑法第十条增加一项，作为第三项：“丙；”原第三项改为第四项。
"""
SECOND = """# 刑法修正案（二）

2005年1月1日 通过

一、将刑法第五条第二款修改为：“五的第二款改了。”

二、在刑法第五条中增加一款作为第三款：“五的第三款。”

三、在刑法第七条之一中增加一款作为第二款，将该条修改为：“七之一，

“又一款。”

四、本修正案自2005年3月1日起施行。
"""
NOW = [
    Article("5", "五的新文。\n五的第二款改了。\n五的第三款。"),
    Article("6", "六。"),
    Article("7-1", "七之一，\n又一款。"),
    Article("8-1", "甲。"),
    Article("8-2", "乙。"),
    Article("10", "十。"),
]
BEFORE = date(1997, 10, 1)


def _at(number: str, day: date) -> list[tuple[str, bool]]:
    changes = [*read_changes(FIRST), *read_changes(SECOND)]
    return [
        (version.article.text, version.exact)
        for version in article_versions(NOW, changes, in_force_from=BEFORE)
        if version.article.number == number
        and (version.valid_from is None or version.valid_from <= day)
        and (version.valid_to is None or day <= version.valid_to)
    ]


def test_what_an_amendment_changes() -> None:
    assert [(change.article, change.kind, change.paragraph) for change in read_changes(FIRST)] == [
        ("5", "replace", 0),
        ("7-1", "insert", 0),
        ("8-1", "insert", 0),
        ("8-2", "insert", 0),
        ("9", "repeal", 0),
        ("10", "partial", 0),
    ]
    assert [(change.article, change.kind, change.paragraph) for change in read_changes(SECOND)] == [
        ("5", "paragraph", 2),
        ("5", "add_paragraph", 3),
        ("7-1", "replace", 0),
    ]
    assert {change.effective for change in read_changes(SECOND)} == {date(2005, 3, 1)}


def test_the_words_of_each_day() -> None:
    assert _at("5", date(2000, 1, 1)) == [("五的新文。\n五的第二款。", False)]
    assert _at("5", date(2001, 1, 1)) == [("五的新文。\n五的第二款。", True)]
    assert _at("5", date(2005, 2, 28)) == [("五的新文。\n五的第二款。", True)]
    assert _at("5", date(2005, 3, 1)) == [(NOW[0].text, True)]
    assert _at("6", date(1999, 1, 1)) == [("六。", True)]
    assert _at("6", date(1997, 1, 1)) == []


def test_what_was_inserted_was_not_there_before() -> None:
    assert _at("7-1", date(2000, 12, 31)) == []
    assert _at("7-1", date(2004, 1, 1)) == [("七之一。", True)]
    assert _at("8-2", date(2002, 1, 1)) == [("乙。", True)]


def test_what_was_repealed_is_gone() -> None:
    assert _at("9", date(2010, 1, 1)) == []
    changes = read_changes(FIRST)
    edition = {date(2000, 1, 1): [Article("9", "九。")]}
    (old,) = (
        version
        for version in article_versions(NOW, changes, in_force_from=BEFORE, editions=edition)
        if version.article.number == "9"
    )
    assert (old.article.text, old.valid_to, old.exact) == ("九。", date(2000, 12, 31), True)


def test_paragraph_changes_are_applied_to_what_is_known() -> None:
    # Without the current text's help: the version in the middle of three.
    third = SECOND.replace("2005", "2009").replace("改了", "又改了").replace("增加一款", "删一款")
    changes = [*read_changes(FIRST), *read_changes(SECOND), *read_changes(third)]
    middle = [
        version
        for version in article_versions(NOW, changes, in_force_from=BEFORE)
        if version.article.number == "5" and version.valid_from == date(2005, 3, 1)
    ]
    assert [(version.article.text, version.exact) for version in middle] == [(NOW[0].text, True)]


def test_an_amendment_without_a_date() -> None:
    with pytest.raises(UnreadableFileError, match="must say its date"):
        read_changes("一、将刑法第五条修改为：“甲。”")
