"""A folder with a file of each format, each in another language, asked in that language."""
# ruff: noqa: RUF001

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from zipfile import ZipFile

import pytest

from trovato.data.documents import typefaces
from trovato.library import Library
from trovato.testing import WordEncoder

# Name of the file, what stands in it, a question; one language each.
SAID = {
    "plain.txt": ("The spare key hangs behind the barometer.", "Where does the spare key hang?"),
    "utf16.txt": ("Der Ersatzschlüssel hängt hinter der Uhr.", "Wo hängt der Ersatzschlüssel?"),
    "note.md": ("La clé de secours est sous l'étagère.", "Où est la clé de secours ?"),
    "page.html": ("Запасной ключ лежит под лестницей.", "Где лежит запасной ключ?"),
    "rows.csv": ("Το κλειδί κρέμεται πίσω από την πόρτα.", "Πού είναι το κλειδί;"),
    "rows.jsonl": ("המפתח הרזרבי תלוי מאחורי הדלת.", "איפה המפתח הרזרבי?"),
    "mail.eml": ("المفتاح الاحتياطي خلف الباب الأحمر.", "أين المفتاح الاحتياطي؟"),
    "text.rtf": ("Zapasowy klucz wisi za szafą.", "Gdzie wisi zapasowy klucz?"),
    "text.docx": ("备用钥匙挂在锅炉房红色门后面。", "备用钥匙在哪里？"),
    "table.xlsx": ("予備の鍵は気圧計の裏にあります。", "予備の鍵はどこですか"),
    "slides.pptx": ("예비 열쇠는 기압계 뒤에 걸려 있습니다.", "예비 열쇠는 어디에 있습니까?"),
    "text.odt": ("กุญแจสำรองแขวนอยู่หลังประตูสีแดง", "กุญแจสำรองอยู่ที่ไหน"),
    "book.epub": ("अतिरिक्त चाबी बैरोमीटर के पीछे टंगी है।", "अतिरिक्त चाबी कहाँ है?"),
    "packed.zip": ("Yedek anahtar dolabın arkasında asılı.", "Yedek anahtar nerede?"),
    "paper.pdf": ("A chave suplente fica no armazem velho.", "Onde fica a chave suplente?"),
}


def _encoded(codec: str) -> Callable[[Path, str], None]:
    def write(path: Path, text: str) -> None:
        path.write_text(text, codec)

    return write


def _wrapped(form: str) -> Callable[[Path, str], None]:
    def write(path: Path, text: str) -> None:
        path.write_text(form.format(text), "utf-8")

    return write


def _json(path: Path, text: str) -> None:
    path.write_text(json.dumps({"said": text}, ensure_ascii=False) + "\n", "utf-8")


def _mail(path: Path, text: str) -> None:
    message = EmailMessage()
    message["Subject"] = "On keys"
    message.set_content(text)
    path.write_bytes(message.as_bytes())


def _rtf(path: Path, text: str) -> None:
    said = "".join(letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in text)
    path.write_text(rf"{{\rtf1\ansi {said}}}", "ascii")


def _docx(path: Path, text: str) -> None:
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{text}</w:t>'
        "</w:r></w:p></w:body></w:document>",
    }
    _zip(path, parts)


def _zip(path: Path, parts: dict[str, str]) -> None:
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _xlsx(path: Path, text: str) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Keys").write(0, 0, text)


def _pptx(path: Path, text: str) -> None:
    from pptx import Presentation

    made = Presentation()
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = text
    made.save(str(path))


def _odt(path: Path, text: str) -> None:
    from odf import text as texts
    from odf.opendocument import OpenDocumentText

    made = OpenDocumentText()
    made.text.addElement(texts.P(text=text))
    made.save(str(path))


def _epub(path: Path, text: str) -> None:
    package = (
        "<package><metadata><dc:title>Keys</dc:title></metadata><manifest><item id='one' "
        "href='a.xhtml'/></manifest><spine><itemref idref='one'/></spine></package>"
    )
    chapter = f"<html><body><p>{text}</p></body></html>"
    parts = {"mimetype": "application/epub+zip", "a.xhtml": chapter, "content.opf": package}
    _zip(path, parts)


def _pdf(path: Path, text: str) -> None:
    drawn = f"BT /F 12 Tf 50 700 Td ({text}) Tj ET"
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    path.write_text(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        f"/Resources<</Font<</F {font} >> >> >>endobj\n"
        f"4 0 obj<</Length {len(drawn)}>>stream\n{drawn}\nendstream endobj\n"
        "trailer<</Root 1 0 R>>\n",
        "ascii",
    )


MADE: dict[str, Callable[[Path, str], None]] = {
    "plain.txt": _encoded("utf-8"),
    "utf16.txt": _encoded("utf-16"),
    "note.md": _wrapped("# Notes\n\n{}\n"),
    "page.html": _wrapped("<html><meta charset=utf-8><body><p>{}</p></body></html>"),
    "rows.csv": _wrapped("number;said\n1;{}\n"),
    "rows.jsonl": _json,
    "mail.eml": _mail,
    "text.rtf": _rtf,
    "text.docx": _docx,
    "table.xlsx": _xlsx,
    "slides.pptx": _pptx,
    "text.odt": _odt,
    "book.epub": _epub,
    "packed.zip": lambda path, text: _zip(path, {"inside.txt": text}),
    "paper.pdf": _pdf,
}
pytestmark = [
    pytest.mark.needs(package)
    for package in ("mammoth", "striprtf", "python_calamine", "pptx", "odf", "xlsxwriter")
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("every") / "keys"
    folder.mkdir()
    for name, (text, _) in SAID.items():
        MADE[name](folder / name, text)
    with Library.create(folder.parent / "c", encoder=WordEncoder(32)) as made:
        report = made.add([folder], ocr=False)
        assert report.failures == []
        yield made


@pytest.mark.parametrize("name", SAID)
def test_it_is_found_in_its_own_language(library: Library, name: str) -> None:
    text, question = SAID[name]
    hit = library.search(question, 3)[0]
    assert f"/{name}" in f"/{hit.item.id}"
    assert "".join(text.split()) in "".join(hit.item.text.split())
    assert hit.evidence.marks, "nothing in the snippet is marked"


@pytest.mark.parametrize("name", SAID)
def test_its_page_is_drawn_without_a_crossed_box(library: Library, name: str) -> None:
    text, question = SAID[name]
    hit = library.search(question, 1)[0]
    drawn = library.picture(hit.item.id, long_side=700)
    assert min(drawn.convert("L").tobytes()) < 128, "the page is blank"
    for piece, typeface in typefaces.runs(text):
        # Where no typeface has a character, a sign stands for it, and it is named below the text.
        assert typeface is None or all(
            typefaces.covers(typeface, one) for one in piece if not typefaces.is_mark(one)
        )
