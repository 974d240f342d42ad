"""What a model writes becomes markup that leads nowhere but to its citations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import Item
from trovato.generate import mark_of
from trovato.web.views.cited_text import cited_marks, cited_text

CITED: list[Mapping[str, Any]] = [
    {"item": {"id": f"{name}#1", "file": name, "page": 1}} for name in "ab"
]
MARK = [mark_of(Item(one["item"]["id"], "page")) for one in CITED]
TAGS = "p|br|strong|em|ul|ol|li|table|thead|tbody|tr|th|td|code|pre|blockquote|a"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("[link](http://evil/)", "<p>[link](http://evil/)</p>"),
        ("![image](http://evil/)", "<p>![image](http://evil/)</p>"),
        ("# head", "<p># head</p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
    ],
)
def test_a_small_part_of_markdown(written: str, shown: str) -> None:
    assert str(cited_marks(written, [])).strip() == shown


def test_a_table() -> None:
    shown = str(cited_marks("| a | b |\n|---|---|\n| 1 | **2** |", []))
    assert "<td><strong>2</strong></td>" in shown
    assert "style=" not in shown


def test_marks_become_links() -> None:
    written = f"One [{MARK[0]}]. Both [{MARK[1]}, {MARK[0]}]. None [zz9]. No mark [0]."
    shown = str(cited_marks(written, CITED, ["zz9"]))
    assert re.sub(' <a class="cite" href="#cite-(.)">.{3}</a>', r"(\1)", shown).strip() == (
        "<p>One(1). Both(2)(1). None. No mark [0].</p>"
    )


def test_an_answer_that_is_no_longer_what_was_written_is_shown_with_all_citations() -> None:
    answer = {"text": "Ada", "method": "scripted", "citations": CITED}
    assert str(cited_text(answer, "quite other words")).count('class="cite"') == 2
    assert str(cited_text({**answer, "method": "extractive"}, "")).count('class="cite"') == 1
    assert "<strong>" not in str(
        cited_text({**answer, "method": "extractive", "text": "**a**"}, "")
    )


@given(st.text(alphabet="<>&\"'[]()!*_-|`#\n\\ abz9\ue000\ue001/:=", max_size=60))
def test_nothing_else_is_ever_markup(written: str) -> None:
    for shown in (
        str(cited_marks(written, CITED)),
        str(cited_text({"text": written, "method": "extractive", "citations": CITED}, "")),
    ):
        rest = re.sub(rf"</?(?:{TAGS}) ?/?>", "", shown)
        rest = re.sub(r'<a class="cite" href="#cite-\d">|<hr ?/?>|<ol start="\d+">', "", rest)
        assert "<" not in rest, shown
