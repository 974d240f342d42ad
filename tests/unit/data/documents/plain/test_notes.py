"""Markdown notes, broken words, and what an HTML page hides and describes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from trovato.core import Attribute
from trovato.data import open_document


def _read(tmp_path: Path, text: str, name: str) -> tuple[str, Mapping[str, Attribute]]:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with open_document(path) as document:
        return document.page(1).text, document.attributes


def test_front_matter_gives_attributes(tmp_path: Path) -> None:
    note = (
        "---\ntitle: 'Valves: a survey'\nauthors: [A. Ekwueme, B. Ruiz]\ndate: 2019-11-30\n"
        "tags:\n  - brass\n  - steel\ndraft: false\nweight: 2.5\nnested: {a: 1}\n---\n\n# Other\n"
    )
    text, facts = _read(tmp_path, note, "a.md")
    assert text.endswith("# Other")
    assert facts == {
        "title": "Valves: a survey",
        "author": "A. Ekwueme, B. Ruiz",
        "date": "2019-11-30",
        "year": 2019,
        "tags": "brass, steel",
        "draft": 0,
        "weight": 2.5,
    }


@pytest.mark.parametrize(
    "block",
    ["---\n: : [\n---\n", "---\n- a\n- b\n---\n", "---\nno end: 1\n", "---\nd: 2021-13-45\n---\n"],
)
def test_front_matter_that_is_none_gives_nothing(tmp_path: Path, block: str) -> None:
    assert _read(tmp_path, f"{block}# Valves", "a.md")[1] == {"title": "Valves"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a compre-\nhensive list", "a comprehensive list"),
        ("a compre-\n   hensive list", "a comprehensive list"),
        ("the Anglo-\nSaxon", "the Anglo-\nSaxon"),
        ("pages 12-\n14", "pages 12-\n14"),
        ("a - \nb", "a - \nb"),
        ("Dampf\u00adkessel und Dampf\u00ad\nkessel", "Dampfkessel und Dampfkessel"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_words_that_a_hyphen_breaks_are_joined(
    tmp_path: Path, written: str, read: str, name: str
) -> None:
    assert _read(tmp_path, written, name)[0] == read


def test_html_without_what_is_hidden_and_with_what_pictures_show(tmp_path: Path) -> None:
    page = (
        "<html><body><p>A Dampf&shy;kessel<span hidden>secret</span></p>"
        "<div style='color:red; Display : none'>unseen</div><p style='visibility:hidden'>gone</p>"
        "<img src=x alt='A  plan of the valve'><img alt=''><p>end</p></body></html>"
    )
    text, _ = _read(tmp_path, page, "a.xhtml")
    assert text.split() == ["A", "Dampfkessel", "A", "plan", "of", "the", "valve", "end"]
