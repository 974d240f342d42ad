"""The text layer: the right words at the right places, however the page is turned or cropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from trovato.core import Page
from trovato.data import Document, Ocr, open_document
from trovato.data.documents.word_layout import PageText, join_words

Opened = Callable[..., Document]

WIDTH, HEIGHT = 400, 500
PLACED = {"harbour": (60, 80), "lantern": (250, 220), "quay": (40, 460)}
SIZE = 14


@pytest.fixture
def pdf() -> FPDF:
    made = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    made.set_auto_page_break(False)
    made.set_margin(0)
    made.set_font("Helvetica", size=SIZE)
    made.add_page()
    return made


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def write(made: FPDF | bytes, ocr: Ocr | None = None) -> Document:
        path = tmp_path / "made.pdf"
        path.write_bytes(bytes(made.output() if isinstance(made, FPDF) else made))
        return open_document(path, ocr)

    return write


def _word_boxes(page: Page) -> dict[str, list[float]]:
    return {
        page.text[first:last]: box
        for (first, last), box in zip(
            page.layout.spans.tolist(), page.layout.boxes.tolist(), strict=True
        )
    }


def _put_words(pdf: FPDF) -> dict[str, tuple[float, float, float]]:
    """Each word with its left and right edge and its baseline."""
    wanted: dict[str, tuple[float, float, float]] = {}
    for word, (left, base) in PLACED.items():
        pdf.text(left, base, word)
        wanted[word] = (left, left + pdf.get_string_width(word), base)
    return wanted


def test_words_stand_where_they_were_put(pdf: FPDF, opened: Opened) -> None:
    wanted = _put_words(pdf)
    with opened(pdf) as document:
        page = document.page(1)
    assert (page.layout.width, page.layout.height) == (WIDTH, HEIGHT)
    found = _word_boxes(page)
    assert found.keys() == wanted.keys()
    for word, (left, right, base) in wanted.items():
        box = found[word]
        assert box[0] == pytest.approx(left, abs=1.5)
        assert box[2] == pytest.approx(right, abs=1.5)
        assert box[1] < base <= box[3] + 1.5
        assert base - SIZE <= box[1]
        assert box[3] <= base + 0.35 * SIZE


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_words_of_a_turned_page_stand_where_they_are_seen(
    pdf: FPDF, opened: Opened, tmp_path: Path, turn: int
) -> None:
    """Parity: corners turned by hand."""
    _put_words(pdf)
    with opened(pdf) as document:
        upright = _word_boxes(document.page(1))
    turned_pdf = pdfium.PdfDocument(bytes(pdf.output()))
    turned_pdf[0].set_rotation(turn)
    path = tmp_path / "turned.pdf"
    turned_pdf.save(path)
    with open_document(path) as document:
        page = document.page(1)
        picture = document.render(1, 500)
    size = (HEIGHT, WIDTH) if turn in (90, 270) else (WIDTH, HEIGHT)
    assert (page.layout.width, page.layout.height) == size
    assert picture.size == (size[0], size[1])
    for word, (left, top, right, bottom) in upright.items():
        wanted = {
            90: (HEIGHT - bottom, left, HEIGHT - top, right),
            180: (WIDTH - right, HEIGHT - bottom, WIDTH - left, HEIGHT - top),
            270: (top, WIDTH - right, bottom, WIDTH - left),
        }[turn]
        assert _word_boxes(page)[word] == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_hold_the_ink_of_a_cropped_and_turned_page(
    pdf: FPDF, opened: Opened, tmp_path: Path, turn: int
) -> None:
    _put_words(pdf)
    document = pdfium.PdfDocument(bytes(pdf.output()))
    document[0].set_cropbox(20, 15, 390, 470)
    document[0].set_rotation(turn)
    document.save(tmp_path / "cropped.pdf")
    with open_document(tmp_path / "cropped.pdf") as cropped:
        page = cropped.page(1)
        picture = np.asarray(cropped.render(1, 910).convert("L"))
    scale = 910 / max(page.layout.width, page.layout.height)
    assert sorted((page.layout.width, page.layout.height)) == [370, 455]
    assert len(page.layout.spans) == 3
    outside = picture < 128
    for left, top, right, bottom in page.layout.boxes * scale:
        part = (slice(int(top) - 2, int(bottom) + 3), slice(int(left) - 2, int(right) + 3))
        assert (picture[part] < 128).any()
        outside[part] = False
    assert not outside.any()


def test_words_outside_of_the_shown_page_are_left_out(
    pdf: FPDF, opened: Opened, tmp_path: Path
) -> None:
    _put_words(pdf)
    document = pdfium.PdfDocument(bytes(pdf.output()))
    document[0].set_cropbox(0, HEIGHT - 300, WIDTH, HEIGHT)
    document.save(tmp_path / "cropped.pdf")
    with open_document(tmp_path / "cropped.pdf") as cropped:
        assert sorted(cropped.page(1).text.split()) == ["harbour", "lantern"]


def test_a_word_broken_over_two_lines_is_one_word_with_two_boxes(pdf: FPDF, opened: Opened) -> None:
    pdf.text(250, 100, "a well lit har-")
    pdf.text(40, 120, "bour at night")
    with opened(pdf) as document:
        page = document.page(1)
    assert "a well lit harbour at night" in page.text.replace("\n", " ")
    found = _word_boxes(page)
    assert found["har"][0] > found["bour"][2]
    assert found["har"][3] < found["bour"][3]


def test_a_hyphen_between_numbers_or_names_is_kept(pdf: FPDF, opened: Opened) -> None:
    pdf.text(250, 100, "the years 2019-")
    pdf.text(40, 120, "2021 were good")
    pdf.text(250, 150, "on the North-")
    pdf.text(40, 170, "South line")
    with opened(pdf) as document:
        text = document.page(1).text.replace("\n", "")
    assert "2019-2021" in text
    assert "North-South" in text


def test_ligatures_and_characters_beyond_the_first_plane() -> None:
    from trovato.data.documents.pdf.words import _decode

    assert _decode([0xD83E, 0xDD8A]) == "\U0001f98a"
    assert _decode([0x1F98A]) == "\U0001f98a"
    assert _decode([ord("a"), 0xD83E, 0]) == "a"
    assert _decode([0xFFFD, 0xE001, 1]) == ""
    assert _decode([0xFFFD, ord("x")]) == "\ufffdx"


def test_the_same_words_as_pdfium_gives_by_itself(pdf: FPDF, opened: Opened) -> None:
    text = "It was 3.5 % more (see fig. 2), said “Zoë” — the e-mail: a_b@c.de/x?y=z " * 20
    pdf.set_xy(20, 20)
    pdf.multi_cell(300, 16, text.encode("cp1252").decode("latin-1", "ignore"))
    content = bytes(pdf.output())
    reference = pdfium.PdfDocument(content)[0].get_textpage().get_text_bounded()
    # It ends a line that is broken at a hyphen with this character.
    reference = re.sub("\ufffe|\x02", "", reference)
    with opened(content) as document:
        words = Counter(re.findall(r"\w+", document.page(1).text))
    assert words == Counter(re.findall(r"\w+", reference))
    assert words.total() > 100


def test_attributes_come_from_the_file(pdf: FPDF, opened: Opened) -> None:
    pdf.set_title("  Harbours \x00of the\nNorth ")
    pdf.set_author("Zoë")
    with opened(pdf) as document:
        facts = document.attributes
    assert facts["title"] == "Harbours of the North"
    assert facts["author"] == "Zoë"
    assert 2020 <= int(facts["year"]) <= 2100


def test_a_file_that_says_nothing_has_no_title(pdf: FPDF, opened: Opened) -> None:
    with opened(pdf) as document:
        assert "title" not in document.attributes


@pytest.mark.parametrize(
    "size", [(400, 500), (595.28, 841.89), (612, 777.7), (33.3, 3.1), (114, 60)]
)
def test_drawing_measures_what_was_asked_for(opened: Opened, size: tuple[float, float]) -> None:
    made = FPDF(unit="pt", format=size)
    made.add_page()
    with opened(made) as document:
        for long_side in (1, 99, 500, 1280, 1601):
            assert max(document.render(1, long_side).size) == long_side


def test_a_blank_page_has_no_words(pdf: FPDF, opened: Opened) -> None:
    with opened(pdf, _Spy()) as document:
        page = document.page(1)
    assert (page.text, len(page.layout.spans), dict(page.attributes)) == ("", 0, {})


class _Spy(Ocr):
    """Stands in for the reader of pictures: says one thing and counts."""

    def __init__(self, said: str = "one two three four five six seven eight nine") -> None:
        self.said = said
        self.long_side = 640
        self.sizes: list[tuple[int, int]] = []

    def read(self, picture: Image.Image, width: float, height: float) -> PageText:
        self.sizes.append(picture.size)
        words = self.said.split()
        boxes = np.array([[index, 1, index + 1, 2] for index in range(len(words))], np.float64)
        return join_words(words, boxes.reshape(-1, 4), [False] * len(words))


def _scan() -> Image.Image:
    picture = Image.new("L", (200, 250), 255)
    ImageDraw.Draw(picture).text((20, 20), "a scan", fill=0)
    return picture


def test_a_page_that_is_only_a_picture_is_read_by_ocr(pdf: FPDF, opened: Opened) -> None:
    pdf.image(_scan(), 0, 0, WIDTH, HEIGHT)
    spy = _Spy()
    with opened(pdf, spy) as document:
        page = document.page(1)
    assert spy.sizes == [(512, 640)]
    assert page.text == spy.said
    assert dict(page.attributes) == {"ocr": 1}


def test_a_stamp_on_a_picture_does_not_hide_it(pdf: FPDF, opened: Opened) -> None:
    pdf.image(_scan(), 0, 0, WIDTH, HEIGHT)
    pdf.text(50, 50, "Copy for the files, 12 March")
    with opened(pdf, _Spy()) as document:
        assert dict(document.page(1).attributes) == {"ocr": 1}


def test_a_text_layer_of_unknown_characters_is_read_by_ocr(
    monkeypatch: pytest.MonkeyPatch, pdf: FPDF, opened: Opened
) -> None:
    from trovato.data.documents.pdf import document as room
    from trovato.data.documents.pdf.words import words_of

    def unknown(page: Any, _: Any) -> PageText:
        real = words_of(page)
        return type(real)("\ue001" * len(real.text), real.spans, real.boxes)

    monkeypatch.setattr(room, "words_of", unknown)
    pdf.text(50, 50, "many words " * 3)
    with opened(pdf, _Spy()) as document:
        assert dict(document.page(1).attributes) == {"ocr": 1}


def test_ocr_that_finds_less_than_the_text_layer_is_not_used(pdf: FPDF, opened: Opened) -> None:
    pdf.image(_scan(), 0, 0, WIDTH, HEIGHT)
    pdf.text(50, 50, "Copy for the files, 12 March")
    with opened(pdf, _Spy("Copy")) as document:
        page = document.page(1)
    assert page.text == "Copy for the files, 12 March"
    assert not page.attributes


def test_pages_with_text_and_short_pages_of_text_are_not_read_by_ocr(
    pdf: FPDF, opened: Opened
) -> None:
    pdf.text(50, 50, "Part 2")
    pdf.add_page()
    pdf.multi_cell(300, 16, "A page of words with a picture below. " * 12)
    pdf.image(_scan(), 0, 200, WIDTH)
    spy = _Spy()
    with opened(pdf, spy) as document:
        assert document.page(1).text == "Part 2"
        assert document.page(2).text.startswith("A page of words")
    assert spy.sizes == []
