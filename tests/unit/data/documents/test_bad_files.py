"""Every kind of bad input ends in one error with a reason, or in pages; never in anything else."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import NoReturn

import pytest
from fpdf import FPDF
from PIL import Image

from trovato.core import UnreadableFileError
from trovato.data import MOST_PAGES, open_document


def _pdf(pages: int = 1, size: tuple[float, float] = (500, 700)) -> FPDF:
    pdf = FPDF(unit="pt", format=size)
    pdf.set_font("Helvetica", size=12)
    for number in range(pages):
        pdf.add_page()
        pdf.text(72, 72, f"The quick brown fox {number + 1}")
    return pdf


def _written(tmp_path: Path, content: bytes | bytearray, name: str = "file.pdf") -> Path:
    path = tmp_path / name
    path.write_bytes(bytes(content))
    return path


def _refused(path: Path, reason: str, most_pages: int = MOST_PAGES) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        open_document(path, most_pages=most_pages)


def test_zero_bytes(tmp_path: Path) -> None:
    _refused(_written(tmp_path, b""), "is empty")


def test_absent_and_folder(tmp_path: Path) -> None:
    _refused(tmp_path / "absent.pdf", "No such file")
    _refused(tmp_path, "Is a directory")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _written(tmp_path, _pdf().output())

    def refusing(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refusing)
    _refused(path, "cannot be opened: Permission denied")


def test_encrypted(tmp_path: Path) -> None:
    pdf = _pdf()
    pdf.set_encryption(owner_password="owner", user_password="user")
    _refused(_written(tmp_path, pdf.output()), "password")


def test_encrypted_without_a_user_password_can_be_read(tmp_path: Path) -> None:
    pdf = _pdf()
    pdf.set_encryption(owner_password="owner", user_password="")
    with open_document(_written(tmp_path, pdf.output())) as document:
        assert "fox" in document.page(1).text


def test_truncated(tmp_path: Path) -> None:
    _refused(_written(tmp_path, _pdf(5).output()[:300]), "damaged")


def test_only_a_header(tmp_path: Path) -> None:
    _refused(_written(tmp_path, b"%PDF-1.7\n"), "damaged")


@pytest.mark.parametrize("name", ["picture.png", "notes.txt", "page.html", "noname"])
def test_a_wrong_extension_does_not_matter(tmp_path: Path, name: str) -> None:
    with open_document(_written(tmp_path, _pdf().output(), name)) as document:
        assert document.kind == "pdf"
        assert "fox" in document.page(1).text


def test_a_picture_that_is_called_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    Image.new("RGB", (20, 10)).save(path, "PNG")
    with open_document(path) as document:
        assert document.kind == "image"


def test_binary_is_no_text(tmp_path: Path) -> None:
    _refused(_written(tmp_path, os.urandom(50_000), "a.txt"), "not text")
    _refused(_written(tmp_path, b"\x7fELF\x02\x01\x01\0\0\0", "a.pdf"), "not text")
    # Without a zero byte, it is the control characters that tell.
    _refused(_written(tmp_path, bytes(range(1, 32)) * 99, "a.md"), "not text")


def test_too_many_pages(tmp_path: Path) -> None:
    path = _written(tmp_path, _pdf(12).output())
    _refused(path, "has 12 pages; at most 10", most_pages=10)
    with open_document(path, most_pages=12) as document:
        assert document.page_count == 12


def test_a_text_of_any_length_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trovato.data.documents.opening._LARGE_TEXT", 1000)
    monkeypatch.setattr("trovato.data.documents.plain.large_text._BLOCK", 7000)
    lines = [f"{number} größer" for number in range(40_000)]
    content = "\n".join(lines).encode("cp1252")
    with open_document(_written(tmp_path, content, "a.txt"), most_pages=10) as document:
        assert document.page_count > 700
        pages = [document.page(number).text for number in range(1, document.page_count + 1)]
        assert "\n".join(pages).split("\n") == lines
        assert document.render(2, 200).height == 200
        assert "encoding" in document.attributes


def test_ten_thousand_pages_are_refused_quickly(tmp_path: Path) -> None:
    """Built by hand: a library would take minutes."""
    kids = " ".join(["3 0 R"] * 10_000)
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count 10000/Kids[{kids}]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    ]
    body = b"%PDF-1.4\n"
    starts = []
    for number, entry in enumerate(objects, start=1):
        starts.append(len(body))
        body += f"{number} 0 obj{entry}endobj\n".encode()
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    end = f"xref\n0 4\n0000000000 65535 f \n{table}trailer<</Size 4/Root 1 0 R>>\n"
    path = _written(tmp_path, body + f"{end}startxref\n{len(body)}\n%%EOF".encode())
    _refused(path, "has 10000 pages; at most 5000")


def test_a_page_five_metres_wide(tmp_path: Path) -> None:
    path = _written(tmp_path, _pdf(size=(14_173, 3_000)).output())
    with open_document(path) as document:
        page = document.page(1)
        assert page.layout.width == pytest.approx(14_173, abs=1)
        assert page.text == "The quick brown fox 1"
        assert max(document.render(1, 1280).size) == 1280
        # Whatever is asked for, the picture stays within bounds.
        huge = document.render(1, 100_000)
        assert huge.width * huge.height <= 41_000_000


def test_a_bomb_of_pixels_inside_a_pdf(tmp_path: Path) -> None:
    side = 16_000
    packed = zlib.compress(zlib.compress(bytes(side // 8 * side)))
    image = (
        f"<</Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceGray"
        f"/BitsPerComponent 1/Filter[/FlateDecode/FlateDecode]/Length {len(packed)}>>stream\n"
    ).encode() + packed
    draw = b"q 100 0 0 100 0 0 cm /I Do Q"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 5 0 R"
        b"/Resources<</XObject<</I 4 0 R>>>>>>",
        image + b"\nendstream",
        f"<</Length {len(draw)}>>stream\n".encode() + draw + b"\nendstream",
    ]
    body = b"%PDF-1.4\n"
    for number, entry in enumerate(objects, start=1):
        body += f"{number} 0 obj".encode() + entry + b"\nendobj\n"
    path = _written(tmp_path, body + b"trailer<</Size 6/Root 1 0 R>>")
    assert path.stat().st_size < 5000
    with open_document(path) as document:
        assert document.page(1).text == ""
        with pytest.raises(UnreadableFileError, match="16000 x 16000 pixels"):
            document.render(1, 500)


def _png(tmp_path: Path, width: int, height: int) -> Path:
    """A picture of zeros that claims that size; its data ends early."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    return _written(tmp_path, b"\x89PNG\r\n\x1a\n" + data, "bomb.png")


def test_a_bomb_of_pixels_in_a_picture(tmp_path: Path) -> None:
    _refused(_png(tmp_path, 20_000, 20_000), "too large a picture")


def test_a_picture_just_above_the_limit_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with (
        open_document(_png(tmp_path, 10_000, 9_000)) as document,
        pytest.raises(UnreadableFileError, match="10000 x 9000 pixels"),
    ):
        document.page(1)


def test_truncated_pictures(tmp_path: Path) -> None:
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"):
        path = tmp_path / f"a.{kind}"
        Image.effect_noise((200, 200), 80).convert("RGB").save(path, kind)
        content = path.read_bytes()
        for length in (8, 30, len(content) // 2):
            short = _written(tmp_path, content[:length], f"b.{kind}")
            with pytest.raises(UnreadableFileError), open_document(short) as document:
                document.page(1)


def test_one_damaged_page_costs_only_itself(tmp_path: Path) -> None:
    content = bytes(_pdf(3).output())
    at = content.index(b"/MediaBox") if content.count(b"/MediaBox") == 3 else None
    kids = content.index(b"/Kids [")
    second = content.index(b" 0 R", kids) + 5
    number = content[second : content.index(b" ", second)]
    broken = content[:second] + b"9" * len(number) + content[second + len(number) :]
    assert at is None or broken != content
    with open_document(_written(tmp_path, broken)) as document:
        assert "fox 1" in document.page(1).text
        with pytest.raises(UnreadableFileError, match="page 2 is damaged"):
            document.page(2)
        assert "fox 3" in document.page(3).text


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    for content, kind in ((_pdf().output(), "pdf"), (b"plain words", "text")):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.pdf"))
        path.write_bytes(bytes(content))
        with open_document(path) as document:
            assert document.kind == kind
            assert document.page(1).text
