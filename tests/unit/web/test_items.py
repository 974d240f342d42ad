"""The viewer, its pictures, and the original files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from starlette.testclient import TestClient

from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import build_app

VIEW, AT = "/c/collection/page", "/c/collection"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from fpdf import FPDF

    folder = tmp_path_factory.mktemp("items") / "papers"
    folder.mkdir()
    (folder / "two.txt").write_text("The harbour opened.\fThe <b>quay</b> is long.", "utf-8")
    (folder / "gone.txt").write_text("Lighthouses are tall.", "utf-8")
    (folder / "page.html").write_text("<p>Otters swim. <script>x</script></p>", "utf-8")
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    for said in ("The ferry leaves at nine.", "Tickets are sold on board."):
        pdf.add_page()
        pdf.text(20, 30, said)
        pdf.text(20, 40, "Nothing else is written here.")
    pdf.output(str(folder / "ferry.pdf"))
    image = Image.new("RGB", (200, 100), "white")
    ImageDraw.Draw(image).text((10, 40), "lantern")
    image.save(folder / "lantern.png")
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with Library.create(folder.parent / "c", encoder=WordEncoder()) as library:
        library.add([folder], ocr=False)
        (folder / "gone.txt").unlink()
        with TestClient(build_app(library), base_url="http://127.0.0.1") as client:
            yield client


def test_a_drawn_page_has_marks_and_words_that_can_be_selected(client: TestClient) -> None:
    page = client.get(VIEW, params={"id": "papers/ferry.pdf#1", "q": "When does the ferry leave?"})
    assert 'class="heat"' in page.text
    assert 'class="passage"' in page.text
    svg = page.text.partition('<svg class="sheet"')[2].partition("</svg>")[0]
    lines = [
        re.sub("<[^>]*>", "", line).strip()
        for line in re.findall("<text [^>]*>(.*?)</text>", svg, re.DOTALL)
    ]
    assert lines == ["The ferry leaves at nine.", "Nothing else is written here."]
    assert 'id="next"' in page.text
    assert 'id="previous"' not in page.text
    assert "of 2\n" in page.text


def test_a_text_is_shown_as_text(client: TestClient) -> None:
    page = client.get(VIEW, params={"id": "papers/two.txt#2", "q": "quay"}).text
    assert "<svg" not in page
    assert re.search(r'<pre class="sheet text"[^>]*>.*<mark>', page, re.DOTALL)
    assert "<b>quay" not in page


def test_a_page_that_does_not_answer_says_so(client: TestClient) -> None:
    def said(question: str) -> bool:
        page = client.get(VIEW, params={"id": "papers/ferry.pdf#1", "q": question}).text
        return "Nothing on this page clearly answers." in page

    assert said("Who painted lanterns of zinc?")
    assert not said("ferry leaves")


def test_a_sheet_is_kept_by_the_browser_under_an_address_of_its_content(client: TestClient) -> None:
    page = client.get(VIEW, params={"id": "papers/ferry.pdf#1"})
    found = re.search(r'<image href="([^"]*)"', page.text)
    assert found is not None
    sheet = client.get(str(page.url.join(unescape(found[1]))))
    assert sheet.headers["content-type"] == "image/webp"
    assert "immutable" in sheet.headers["cache-control"]
    assert re.search(r"v=[0-9a-f]{16}", found[1])
    assert max(Image.open(io.BytesIO(sheet.content)).size) == 1600


def test_a_hit_shows_the_part_of_its_page_that_matters(client: TestClient) -> None:
    page = client.get(f"{AT}/search", params={"q": "ferry leaves nine"})
    found = re.search(r'<image href="([^"]*crop[^"]*)"', page.text)
    assert found is not None
    crop = client.get(str(page.url.join(unescape(found[1]))))
    assert crop.status_code == 200
    width, height = Image.open(io.BytesIO(crop.content)).size
    assert width > 3 * height
    assert min(Image.open(io.BytesIO(crop.content)).convert("L").tobytes()) < 100  # has ink


def test_another_page_is_reached_by_its_number(client: TestClient) -> None:
    page = client.get(
        f"{AT}/jump", params={"file": "papers/ferry.pdf", "page": "2", "q": "tickets"}
    )
    assert page.url.params["id"] == "papers/ferry.pdf#2"
    assert page.url.params["q"] == "tickets"
    assert ">Tickets</tspan>" in page.text


@pytest.mark.parametrize(
    ("name", "media", "shown"),
    [
        ("ferry.pdf", "application/pdf", "inline"),
        ("two.txt", "text/plain; charset=utf-8", "inline"),
        ("page.html", "application/octet-stream", "attachment"),
        ("lantern.png", "image/png", "inline"),
    ],
)
def test_the_original_is_shown_only_where_it_cannot_run_anything(
    client: TestClient, folder: Path, name: str, media: str, shown: str
) -> None:
    file = client.get(f"{AT}/file", params={"id": f"papers/{name}#1"})
    assert file.content == (folder / name).read_bytes()
    assert file.headers["content-type"] == media
    assert file.headers["content-disposition"].startswith(shown)
    assert file.headers["x-content-type-options"] == "nosniff"
    assert ("sandbox" in file.headers["content-security-policy"]) == (name != "ferry.pdf")


def test_a_file_that_is_gone_is_said_to_be_gone(client: TestClient) -> None:
    page = client.get(VIEW, params={"id": "papers/gone.txt#1", "q": "tall"})
    assert page.status_code == 200
    assert "moved or changed" in page.text
    assert "Lighthouses are tall." in re.sub("</?mark>", "", page.text)
    assert "original" not in page.text


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{AT}/sheet?id=papers/two.txt%231&size=9", 400, "size must be one of"),
        (f"{AT}/sheet?id=papers/gone.txt%231", 404, "moved or changed"),
        (f"{AT}/file?id=papers/gone.txt%231", 404, "moved or changed"),
        (f"{AT}/crop?id=papers/ferry.pdf%231&box=1,2,3", 400, "four numbers"),
        (f"{AT}/crop?id=papers/ferry.pdf%231&box=9,9,1,1", 400, "must lie on the page"),
        (f"{AT}/crop?id=papers/ferry.pdf%231&box=0,0,9999,9", 400, "must lie on the page"),
        (f"{VIEW}?id=none.txt%231", 404, "no page"),
        (f"{VIEW}?id=papers/two.txt%231&cited=1-{'9' * 5000}", 400, "two places such as"),
        (f"{VIEW}?id=papers/two.txt%231&cited=9-4", 400, "two places such as"),
        (f"{VIEW}?id=papers/two.txt%231&cited=900-901", 400, "has no characters"),
        (f"{VIEW}?id=../../../etc/passwd", 404, "no page"),
    ],
)
def test_problems_are_said_on_a_page(
    client: TestClient, address: str, status: int, said: str
) -> None:
    page = client.get(address)
    assert page.status_code == status
    assert said in page.text


def test_no_picture_of_an_earlier_content_is_shown(tmp_path: Path) -> None:
    place = tmp_path / "note.png"
    Image.new("RGB", (60, 40), "white").save(place)
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([place], ocr=False)
        with TestClient(build_app(library), base_url="http://127.0.0.1") as client:
            [before] = set(
                re.findall(r'<image href="([^"]*)"', client.get(f"{VIEW}?id=note.png%231").text)
            )
            Image.new("RGB", (60, 40), "black").save(place)
            library.add([place], ocr=False)
            [after] = set(
                re.findall(r'<image href="([^"]*)"', client.get(f"{VIEW}?id=note.png%231").text)
            )
            assert after != before
