"""Which text of a page is believed: its layer, or what OCR reads."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fpdf import FPDF
from PIL import Image

from trovato.data import Document, Ocr, open_document
from trovato.data.documents.pdf.quality import POOR, letter_quality
from trovato.data.documents.word_layout import PageText, join_words

ENGLISH = (
    "The committee met in the town hall and agreed that the old bridge over the river should be "
    "closed to lorries until the spring. Engineers will inspect the stones under the water line, "
    "and a second report is due before the harvest fair."
)
TEXTS = [
    ENGLISH,
    "Der Ausschuss tagte im Rathaus und beschloss, die alte Brücke über den Fluss bis zum Frühjahr "
    "für Lastwagen zu sperren. Fachleute prüfen die Steine unter der Wasserlinie, und ein zweiter "
    "Bericht wird vor dem Erntefest erwartet.",
    "Le comité s'est réuni à la mairie et a décidé que le vieux pont sur la rivière resterait "
    "fermé aux camions jusqu'au printemps. Des ingénieurs examineront bientôt les pierres sous "
    "l'eau, et un second rapport suivra.",
    "Komisja zebrała się w ratuszu i postanowiła, że stary most nad rzeką zostanie zamknięty dla "
    "ciężarówek do wiosny. Inżynierowie zbadają kamienie pod linią wody, a drugi raport powstanie "
    "przed świętem plonów.",
    "Valiokunta kokoontui kaupungintalolla ja päätti, että joen ylittävä vanha silta suljetaan "
    "kuorma-autoilta kevääseen saakka. Insinöörit tutkivat kivet vesirajan alapuolelta, ja toinen "
    "raportti valmistuu ennen sadonkorjuujuhlaa.",
]


def _shifted(text: str, by: int = 7) -> str:
    return "".join(
        chr((ord(one) - 97 + by) % 26 + 97) if "a" <= one <= "z" else one for one in text.lower()
    )


@pytest.mark.parametrize("text", TEXTS)
def test_languages_are_told_from_exchanged_letters(text: str) -> None:
    quality = letter_quality(text)
    assert quality is not None
    assert quality > POOR
    for by in range(1, 26):
        shifted = letter_quality(_shifted(text, by))
        assert shifted is not None
        assert shifted < quality
    assert sum((letter_quality(_shifted(text, by)) or 0.0) < POOR for by in range(1, 26)) >= 23


def test_what_cannot_be_judged() -> None:
    assert letter_quality("Short") is None
    assert letter_quality("Комитет собрался в ратуше и решил закрыть старый мост. " * 9) is None
    assert letter_quality("1,204 3,881 9.2 % " * 50) is None


class _Reader(Ocr):
    """Stands in for the reader of pictures."""

    def __init__(self, said: str) -> None:
        self.said = said.split()
        self.long_side = 640
        self.asked = 0

    def read(self, picture: Image.Image, width: float, height: float) -> PageText:
        self.asked += 1
        boxes = np.tile(np.array([[1.0, 1, 9, 9]]), (len(self.said), 1))
        return join_words(self.said, boxes, [False] * len(self.said))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, *, scan: bool = False, lines: int = 0) -> Path:
        pdf = FPDF(unit="pt", format=(500, 700))
        pdf.add_page()
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(400, 14, text)
        if scan:
            picture = BytesIO()
            Image.effect_noise((200, 280), 60).save(picture, "PNG")
            pdf.image(picture, 0, 0, 500, 700)
        for number in range(lines):
            pdf.line(10, 10 + number, 100, 20 + number)
        path = tmp_path / "a.pdf"
        path.write_bytes(bytes(pdf.output()))
        return path

    return write


def _opened(path: Path, reader: Ocr | None, **how: str) -> Document:
    return open_document(path, reader, **how)  # type: ignore[arg-type]


def test_a_layer_of_exchanged_letters_gives_way(written: Callable[..., Path]) -> None:
    path = written(_shifted(ENGLISH))
    with _opened(path, _Reader(ENGLISH)) as document:
        page = document.page(1)
        assert page.text.split() == ENGLISH.split()
        assert page.attributes["ocr"] == 1
        assert float(page.attributes["layer_quality"]) < POOR
    with _opened(path, None) as document:  # told, where there is nothing to read it with
        assert document.page(1).attributes["ocr"] == 0
    with _opened(path, _Reader(_shifted(ENGLISH, 3)), redo_ocr="auto") as document:
        assert document.page(1).text.split() in (
            _shifted(ENGLISH).split(),
            _shifted(ENGLISH, 3).split(),
        )
    with _opened(path, _Reader("few"), redo_ocr="auto") as document:
        assert document.page(1).text.split() == _shifted(ENGLISH).split()


def test_a_layer_is_believed_where_ocr_is_not_to_be_redone(written: Callable[..., Path]) -> None:
    reader = _Reader(ENGLISH)
    with _opened(written(_shifted(ENGLISH)), reader, redo_ocr="never") as document:
        assert document.page(1).attributes == {}
    assert reader.asked == 0


@pytest.mark.parametrize(("how", "asked"), [("auto", 0), ("always", 1), ("never", 0)])
def test_scans_with_a_layer(written: Callable[..., Path], how: str, asked: int) -> None:
    reader = _Reader(f"{ENGLISH} {ENGLISH}".replace("stones", "boulders"))
    with _opened(written(f"{ENGLISH} {ENGLISH}", scan=True), reader, redo_ocr=how) as document:
        assert ("boulders" in document.page(1).text) == bool(asked)
    assert reader.asked == asked


def test_pages_of_text_are_not_redone(written: Callable[..., Path]) -> None:
    reader = _Reader(ENGLISH)
    with _opened(written(ENGLISH), reader, redo_ocr="always") as document:
        document.page(1)
    assert reader.asked == 0


@pytest.mark.parametrize(("lines", "asked"), [(20, 0), (400, 1)])
def test_many_drawings_beside_few_letters_may_be_letters(
    written: Callable[..., Path], lines: int, asked: int
) -> None:
    reader = _Reader(ENGLISH)
    with _opened(
        written("Sheet 12 of 40 of the northern water works", lines=lines), reader
    ) as document:
        document.page(1)
    assert reader.asked == asked
