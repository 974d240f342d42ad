from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import UnreadableFileError
from trovato.data import Document, open_document, split_pages

Opened = Callable[..., Document]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def write(content: str | bytes, name: str = "a.txt") -> Document:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_document(path)

    return write


def _texts(document: Document) -> list[str]:
    return [document.page(number).text for number in range(1, document.page_count + 1)]


@given(st.text(st.sampled_from("ab \n\f"), max_size=600), st.integers(5, 80))
def test_pages_hold_every_word_once_and_in_order(text: str, most: int) -> None:
    pages = split_pages(text, most)
    assert "".join("".join(pages).split()) == "".join(text.split())
    assert all(len(page) <= most for page in pages)
    assert len(pages) == 1 or all(pages)


def test_a_form_feed_ends_a_page() -> None:
    assert split_pages("one\ftwo\n\f\f\nthree") == ["one", "two", "three"]


def test_pages_end_at_paragraphs_where_they_can() -> None:
    paragraph = "word " * 30
    pages = split_pages("\n\n".join([paragraph] * 20), 1000)
    assert all(page.startswith("word") and page.endswith("word") for page in pages)
    assert all(len(page) > 500 for page in pages[:-1])


def test_a_page_has_no_more_lines_than_there_is_room_for() -> None:
    assert max(page.count("\n") for page in split_pages("1\n" * 999)) < 52


def test_long_text_is_split_in_linear_time() -> None:
    assert len(split_pages("word " * 2_000_000)) > 3000


def test_a_file_without_words_has_one_empty_page(opened: Opened) -> None:
    with opened(" \n\n") as document:
        assert _texts(document) == [""]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings(opened: Opened, encoding: str) -> None:
    with opened("Füße, naïve - café\r\nnext".encode(encoding)) as document:
        assert _texts(document) == ["Füße, naïve - café\nnext"]


def test_a_stated_charset_is_believed_and_an_unknown_one_is_not(opened: Opened) -> None:
    for stated, encoding in (
        ("koi8-r", "koi8-r"),
        ("no-such", "latin-1"),
        ("undefined", "latin-1"),
    ):
        said = "привет" if stated == "koi8-r" else "é"
        page = f"<html><meta charset='{stated}'><p>{said}</p>".encode(encoding)
        with opened(page, "a.html") as document:
            assert _texts(document) == [said]


def test_control_characters_are_left_out(opened: Opened) -> None:
    with opened("a few words\x07 and more \x1b[0m words") as document:
        assert document.page(1).text.isprintable()


def test_markdown_begins_pages_at_headings(opened: Opened) -> None:
    section = "words and words. " * 100
    with opened(f"intro\n\n# Foxes\n\n{section}\n\n## Dogs\n\n{section}", "a.md") as document:
        assert (document.kind, document.attributes) == ("markdown", {"title": "Foxes"})
        assert [text.split("\n")[0] for text in _texts(document)] == ["intro", "# Foxes", "## Dogs"]


HTML = """<!-- made by hand --><!DOCTYPE html><html><head><title> On
 foxes</title><style>p {color: red}</style><script>if (a < b) alert("x")</script></head>
<body><nav><a href=x>Home</a></nav><h1>The <em>fox</em></h1><p>It is quick &amp; br<b>own</b>.</p>
<svg><title>icon</title></svg><table><tr><td>one</td><td>two</td></tr></table><custom-tag>end"""


def test_html_gives_what_a_reader_sees(opened: Opened) -> None:
    with opened(HTML, "a.html") as document:
        assert document.kind == "html"
        assert document.attributes == {"title": "On foxes"}
        assert _texts(document) == ["# The fox\n\nIt is quick & brown.\n\none two\nend"]


def test_html_is_known_by_its_content_and_text_about_it_is_not_taken_for_it(opened: Opened) -> None:
    with opened(HTML, "page.txt") as document:
        assert document.kind == "html"
    with opened("Every page begins with <html> and a <body>.") as document:
        assert document.kind == "text"
        assert "<html>" in document.page(1).text


@given(st.text(st.sampled_from("<>![]-/a &#x;\"'="), max_size=60))
def test_broken_html_gives_text_or_one_error(text: str) -> None:
    from trovato.data.documents.html import read_html

    with suppress(UnreadableFileError):
        read_html(text)


def test_absent_pages(opened: Opened) -> None:
    with opened("words") as document, pytest.raises(UnreadableFileError, match="no page 2 of 1"):
        document.page(2)
