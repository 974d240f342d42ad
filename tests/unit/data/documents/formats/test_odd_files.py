"""Mails, books and archives as other programs write them, not as the standards ask."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from trovato.core import UnreadableFileError
from trovato.data import Document, open_document
from trovato.testing.conformance.document import check_document


def _texts(document: Document) -> list[str]:
    return [document.page(number).text for number in range(1, document.page_count + 1)]


def _read(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    with open_document(path) as document:
        return _texts(document)


def test_a_mail_in_an_encoding_that_nobody_knows(tmp_path: Path) -> None:
    head = b'Subject: Key\nContent-Type: text/plain; charset="unknown-8bit"\n\n'
    body = "Der Schlüssel für das Tor hängt über der Tür.".encode("cp1252")
    (text,) = _read(tmp_path / "a.eml", head + body)
    assert text.endswith("Der Schlüssel für das Tor hängt über der Tür.")


def test_a_mail_with_an_empty_text_beside_its_page(tmp_path: Path) -> None:
    mail = (
        b"Subject: Pump\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/alternative; boundary=x\n\n"
        b"--x\nContent-Type: text/plain\n\n \n"
        b"--x\nContent-Type: text/html\n\n<p>The pump room is dry.</p>\n--x--\n"
    )
    (text,) = _read(tmp_path / "a.eml", mail)
    assert text.endswith("The pump room is dry.")


def test_a_page_that_a_browser_saved_with_its_pictures(tmp_path: Path) -> None:
    saved = (
        b"From: <Saved>\nSubject: Market\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/related; boundary=y; type="text/html"\n\n'
        b"--y\nContent-Type: text/html; charset=utf-8\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n<p>Gl=C3=BChwein</p>\n--y--\n"
    )
    (text,) = _read(tmp_path / "a.mht", saved)
    assert text.endswith("Glühwein")


def test_a_mailbox_has_a_part_for_each_mail(tmp_path: Path) -> None:
    mails = [f"From a@b Thu Jan  1 00:00:00 2015\nSubject: {n}\n\nMail {n}.\n\n" for n in range(3)]
    path = tmp_path / "a.mbox"
    path.write_text("".join(mails))
    with open_document(path) as document:
        assert [text.split("\n")[-1] for text in _texts(document)] == [
            f"Mail {n}." for n in range(3)
        ]
        assert [document.page(n).attributes["part"] for n in (1, 2)] == ["1.eml", "2.eml"]
    check_document(lambda: open_document(path))
    with pytest.raises(UnreadableFileError, match="nothing"):
        _read(path, b"No mail at all.")


def test_elements_that_hold_nothing_end_where_they_begin(tmp_path: Path) -> None:
    chapter = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
        '<script src="a"/></head><body><a id="q"/><h1>One</h1>'
        "<p>The lamp<br/>glows.</p></body></html>"
    )
    package = (
        '<package><manifest><item id="a" href="c.xhtml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    with ZipFile(tmp_path / "a.epub", "w") as book:
        for name, content in {
            "mimetype": "application/epub+zip",
            "p.opf": package,
            "c.xhtml": chapter,
        }.items():
            book.writestr(name, content)
    with open_document(tmp_path / "a.epub") as document:
        assert _texts(document) == ["# One\n\nThe lamp\nglows."]
    assert _read(tmp_path / "a.xhtml", chapter.encode()) == ["# One\n\nThe lamp\nglows."]


def test_names_in_utf8_of_an_archive_that_does_not_say_so(tmp_path: Path) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("Prüfung.txt", "A hinge.")
    raw = bytearray(packed.getvalue())
    raw[raw.find(b"PK\x03\x04") + 7] &= ~8
    raw[raw.find(b"PK\x01\x02") + 9] &= ~8
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(raw))
    with open_document(path) as document:
        assert document.page(1).attributes["part"] == "Prüfung.txt"


@pytest.mark.parametrize("form", ["gz", "bz2", "xz", ""])
def test_tar_archives(tmp_path: Path, form: str) -> None:
    path = tmp_path / (f"a.tar.{form}" if form else "a.tar")
    with tarfile.open(path, f"w:{form}") as archive:  # type: ignore[call-overload]
        for name, text in (("b/two.txt", "Two."), (".hidden", "No."), ("a.txt", "One.")):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, BytesIO(text.encode()))
    with open_document(path) as document:
        assert _texts(document) == ["Two.", "One."]
        assert document.page(1).attributes["part"] == "b/two.txt"
    check_document(lambda: open_document(path))


@pytest.mark.parametrize(
    ("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_a_file_that_is_packed_by_itself(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    path, packed = tmp_path / f"note.txt.{suffix}", pack(b"A note on turbines. " * 50)
    assert _read(path, packed) == [("A note on turbines. " * 50).strip()]
    with pytest.raises(UnreadableFileError, match="damaged"):
        _read(path, packed[: len(packed) // 2])
