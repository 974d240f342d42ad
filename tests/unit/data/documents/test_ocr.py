from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from trovato.core import MissingExtraError
from trovato.data import Ocr, OcrCache, open_document, typeset
from trovato.data.documents.reading_order import Line
from trovato.data.documents.scans.turned import ScoredLine

TEXT = "The harbour master\nlit 27 lanterns along\nthe eastern quay."
LINES = [Line("harbour", 1.0, 2.0, 30.0, 9.5), Line("quäy 狐", 1.0, 12.0, 30.0, 19.5)]


@pytest.fixture(scope="module")
def ocr() -> Ocr:
    return Ocr(long_side=900)


def _picture() -> Image.Image:
    picture = Image.new("RGB", (900, 600), "white")
    font = ImageFont.load_default(40)
    ImageDraw.Draw(picture).multiline_text((50, 60), TEXT, fill="black", font=font, spacing=30)
    return picture


@pytest.mark.needs("rapidocr")
def test_reads_words_and_their_places(ocr: Ocr, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> NoReturn:
        raise AssertionError("OCR must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    read = ocr.read(_picture(), 450.0, 300.0)
    assert read.text == TEXT
    dark = np.asarray(_picture().convert("L")) < 128
    rows, columns = np.nonzero(dark)
    assert read.boxes[:, 0].min() == pytest.approx(columns.min() / 2, abs=8)
    assert read.boxes[:, 2].max() == pytest.approx(columns.max() / 2, abs=8)
    assert read.boxes[:, 1].min() == pytest.approx(rows.min() / 2, abs=8)
    assert read.boxes[:, 3].max() == pytest.approx(rows.max() / 2, abs=8)
    # Each word's box holds the ink of that word alone.
    said = [read.text[first:last] for first, last in read.spans.tolist()]
    where = dict(zip(said, read.boxes.tolist(), strict=True))
    left = 50 + ImageFont.load_default(40).getlength("lit 27 ")
    assert where["lanterns"][0] == pytest.approx(left / 2, abs=6)


@pytest.mark.needs("rapidocr")
def test_a_blank_page_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ocr, "_lines", lambda *_: pytest.fail("nothing is there to read"))
    paper = Image.new("RGB", (300, 400), (250, 250, 244))
    assert Ocr().read(paper, 300.0, 400.0).text == ""


@pytest.mark.needs("rapidocr")
def test_a_picture_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, ...]] = []

    def lines(_: Ocr, pixels: Any) -> list[ScoredLine]:
        calls.append(pixels.shape)
        return [ScoredLine(line, 0.99) for line in LINES]

    monkeypatch.setattr(Ocr, "_lines", lines)
    picture = Image.effect_noise((40, 30), 50)
    first = Ocr(OcrCache(tmp_path / "deep" / "ocr.db")).read(picture, 40.0, 30.0)
    again = Ocr(OcrCache(tmp_path / "deep" / "ocr.db")).read(picture, 80.0, 60.0)
    assert len(calls) == 1
    assert first.text == again.text == "harbour\nquäy 狐"
    assert np.allclose(again.boxes, first.boxes * 2)
    Ocr(OcrCache(tmp_path / "deep" / "ocr.db")).read(picture.rotate(180), 40.0, 30.0)
    assert len(calls) == 2


def test_without_rapidocr_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> NoReturn:
        raise ImportError(name)

    monkeypatch.setattr("trovato.data.documents.ocr.version", absent)
    with pytest.raises(MissingExtraError, match=r"trovato\[ocr\]"):
        Ocr()


@pytest.mark.needs("rapidocr")
def test_a_line_that_stands_on_its_side_is_split_downwards(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScoredLine(Line("one two", 10.0, 10.0, 20.0, 80.0), 0.99)
    monkeypatch.setattr(Ocr, "_lines", lambda *_: [line])
    read = Ocr().read(Image.effect_noise((40, 90), 50), 40.0, 90.0)
    (_, _, _, first_bottom), (_, second_top, _, _) = read.boxes.tolist()
    assert first_bottom < second_top
    assert (read.boxes[:, 0] == 10).all()


@pytest.mark.needs("rapidocr")
@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_that_lies_turned_reads_as_an_upright_one(ocr: Ocr, turn: int) -> None:
    upright = ocr.read(_picture(), 900.0, 600.0)
    turned = _picture().rotate(turn, expand=True)
    read = ocr.read(turned, float(turned.width), float(turned.height))
    assert read.text == upright.text
    # Boxes hold the ink of the picture as it lies.
    dark = np.argwhere(np.asarray(turned.convert("L")) < 128)[:, ::-1]
    low, high = read.boxes[:, :2].min(axis=0), read.boxes[:, 2:].max(axis=0)
    assert low == pytest.approx(dark.min(axis=0), abs=16)
    assert high == pytest.approx(dark.max(axis=0), abs=16)


@pytest.mark.needs("rapidocr")
def test_a_photographed_page_says_what_the_page_says(ocr: Ocr, tmp_path: Path) -> None:
    text = "Minutes of the meeting. The budget of 4200 was approved by nine votes."
    (tmp_path / "a.txt").write_text(text)
    with open_document(tmp_path / "a.txt") as document:
        document.render(1, 1200).save(tmp_path / "a.png", dpi=(103, 103))
    with open_document(tmp_path / "a.png", ocr) as document:
        page = document.page(1)
    assert page.attributes == {"ocr": 1}
    assert page.text.split() == text.split()
    wanted = typeset(text).boxes
    assert np.abs(page.layout.boxes[:, 0] - wanted[:, 0]).max() < 8
