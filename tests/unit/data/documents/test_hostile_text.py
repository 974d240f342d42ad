"""Text that is made to mislead a reader, or to keep it busy."""

import time
from pathlib import Path

import pytest

from trovato.data import Document, open_document
from trovato.data.documents.html import read_html


def opened(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_document(path)


def test_a_text_that_speaks_of_pdf_or_html_is_text(tmp_path: Path) -> None:
    speaks = "# Headers\n\nA PDF begins with `%PDF-1.7`.\n"
    assert opened(tmp_path, "a.md", speaks).page(1).text == speaks.strip()
    speaks = "<div>logo</div>\n\n# Tags\n\nA page has a `<body>`."
    document = opened(tmp_path, "b.md", speaks)
    assert (document.kind, document.page(1).text) == ("markdown", speaks)
    assert document.attributes == {"title": "Tags"}


# Each took minutes, or hours, before it took none: time that grows with the square of the length.
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "# x" + " " * 100_000 + "y"),
        ("a.md", "# " + "#" * 100_000 + "y"),
        ("a.html", "<html>" + "<!" * 100_000),
        ("a.html", "<html>" + "<!--" * 100_000),
        ("a.html", "<html>" + "<a " * 100_000),
        ("a.html", "<html>" + "</a " * 100_000),
        ("a.txt", "x" * 10_000_000),
    ],
    ids=["spaces", "marks", "declarations", "comments", "tags", "ends", "line"],
)
def test_reading_takes_time_in_proportion(tmp_path: Path, name: str, content: str) -> None:
    started = time.process_time()
    opened(tmp_path, name, content)
    assert time.process_time() - started < 5


def test_what_is_broken_in_html_hides_nothing_else() -> None:
    assert read_html("<nav><svg></nav><p>seen</p>")[1].strip() == "seen"
    assert read_html("<p>a<![unknown[x]]>b</p>")[1].strip() == "ab"
    assert read_html("<p>1 < 2, 3 > 2 &lt; 4")[1].strip() == "1 < 2, 3 > 2 < 4"
    assert read_html("a<!-- <p>hidden --> b<!-- never closed <p>c")[1].strip() == "a b"


@pytest.mark.parametrize("charset", ["undefined", "hex", "punycode", "utf-7", "unicode_escape"])
def test_charsets_that_are_none_are_passed_over(tmp_path: Path, charset: str) -> None:
    page = b"<html><meta charset=%s><p>caf\xe9 \\ud800 +2AA-" % charset.encode()
    assert opened(tmp_path, "a.html", page).page(1).text.strip() == "café \\ud800 +2AA-"


def test_a_stated_charset_is_used(tmp_path: Path) -> None:
    page = '<html><meta charset="windows-1251"><p>приливы'.encode("cp1251")
    assert opened(tmp_path, "a.html", page).page(1).text.strip() == "приливы"


def test_text_is_drawn_at_any_size(tmp_path: Path) -> None:
    document = opened(tmp_path, "a.txt", "words\n" * 20)
    assert [max(document.render(1, side).size) for side in (1, 5, 900)] == [1, 5, 900]


def test_a_name_that_begins_with_a_tilde_is_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.output(str(tmp_path / "~nobody.pdf"))
    monkeypatch.chdir(tmp_path)
    with open_document(Path("~nobody.pdf")) as document:
        assert document.page_count == 1
