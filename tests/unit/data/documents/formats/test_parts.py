"""Mails, archives and books: files that hold files."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from trovato.core import UnreadableFileError
from trovato.data import Document, open_document
from trovato.testing.conformance.document import check_document


def _texts(document: Document) -> list[str]:
    return [document.page(number).text for number in range(1, document.page_count + 1)]


def _zip(files: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Ölwechsel", "A <a@example.org>", "b@example.org"
    mail["Date"] = "Tue, 03 Mar 2020 10:00:00 +0100"
    mail.set_content("The oil is due in March.\n")
    mail.add_alternative("<p>The <b>oil</b></p>", subtype="html")
    return mail


def test_a_mail_and_what_is_attached(tmp_path: Path) -> None:
    mail = _mail()
    mail.add_attachment(b"# Plan\n\nDrain first.", "text", "markdown", filename="plan.md")
    mail.add_attachment(bytes(range(32)) * 9, "application", "octet-stream", filename="x.bin")
    path = tmp_path / "a.eml"
    path.write_bytes(mail.as_bytes())
    with open_document(path) as document:
        assert document.kind == "mail"
        assert document.attributes["title"] == "Ölwechsel"
        assert document.attributes["author"] == "A <a@example.org>"
        assert document.attributes["year"] == 2020
        assert str(document.attributes["unread"]).startswith("x.bin: is not text")
        body, plan = _texts(document)
        assert body.startswith("# Ölwechsel\nFrom: A <a@example.org>\nTo: b@example.org\nDate: ")
        assert body.endswith("\n\nThe oil is due in March.")
        assert plan == "# Plan\n\nDrain first."
        assert document.page(2).attributes == {"title": "Plan", "part": "plan.md"}
    check_document(lambda: open_document(path))


def test_a_mail_in_html_alone_and_one_in_a_mail(tmp_path: Path) -> None:
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("<p>See <b>below</b></p>", subtype="html")
    outer.add_attachment(_mail())
    path = tmp_path / "a.eml"
    path.write_bytes(outer.as_bytes())
    with open_document(path) as document:
        assert "See below" in _texts(document)[0]
        assert "oil is due" in _texts(document)[1]


def test_files_in_an_archive_in_order_of_their_names(tmp_path: Path) -> None:
    inner = _zip({"deep.txt": b"from deep"})
    path = tmp_path / "a.zip"
    files = {"b/two.txt": b"second", "a.txt": b"one\ftwo", "c.zip": inner, "__MACOSX/a": b"x"}
    path.write_bytes(_zip({**files, ".hidden": b"hidden", "z.bin": bytes(99)}))
    with open_document(path) as document:
        assert _texts(document) == ["one", "two", "second", "from deep"]
        parts = [document.page(number).attributes["part"] for number in (1, 2, 3, 4)]
        assert parts == ["a.txt", "a.txt", "b/two.txt", "c.zip"]
        assert "z.bin" in str(document.attributes["unread"])
        assert document.render(4, 300).height == 300
    check_document(lambda: open_document(path))


def test_archives_too_deep_in_archives_are_left_alone(tmp_path: Path) -> None:
    packed = _zip({"a.txt": b"words"})
    for depth in range(4):
        packed = _zip({f"{depth}.zip": packed})
    (tmp_path / "a.zip").write_bytes(packed)
    with pytest.raises(UnreadableFileError, match="too deep"):
        open_document(tmp_path / "a.zip")


def test_what_unpacks_to_too_much_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.data.documents.formats.parts._MOST_UNPACKED", 1 << 20)
    path = tmp_path / "a.zip"
    path.write_bytes(_zip({"bomb.txt": b" " * (2 << 20), "small.txt": b"words"}))
    with open_document(path) as document:
        assert _texts(document) == ["words"]
        assert "bomb.txt: unpacks to more than 1 MiB" in str(document.attributes["unread"])


def test_an_archive_of_nothing_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(_zip({"x.bin": bytes(99)}))
    with pytest.raises(UnreadableFileError, match=r"holds no file .*x\.bin: is not text"):
        open_document(tmp_path / "a.zip")


def test_a_book_in_the_order_of_its_spine(tmp_path: Path) -> None:
    package = (
        "<package><metadata><dc:title>On valves</dc:title><dc:creator>I. Moreau</dc:creator>"
        "<dc:date>2011-01-01</dc:date></metadata><manifest><item id='one' href='z%20a.xhtml'/>"
        "<item id='two' href='a.xhtml'/></manifest><spine><itemref idref='one'/>"
        "<itemref idref='two'/></spine></package>"
    )
    files = {
        "mimetype": b"application/epub+zip",
        "OEBPS/a.xhtml": b"<html><body><h1>Second</h1><p>later</p></body></html>",
        "OEBPS/z a.xhtml": b"<html><body><h1>First</h1><p>sooner</p></body></html>",
        "OEBPS/content.opf": package.encode(),
    }
    path = tmp_path / "a.epub"
    path.write_bytes(_zip(files))
    with open_document(path) as document:
        assert document.kind == "epub"
        assert document.attributes == {"title": "On valves", "author": "I. Moreau", "year": 2011}
        assert [text.split() for text in _texts(document)] == [
            ["#", "First", "sooner"],
            ["#", "Second", "later"],
        ]
    check_document(lambda: open_document(path))
