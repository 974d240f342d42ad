from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import build_app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "papers"
    folder.mkdir()
    (folder / "two.txt").write_text("The harbour opened.\fThe <b>quay</b> is long.", "utf-8")
    (folder / "gone.txt").write_text("Lighthouses are tall.", "utf-8")
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with Library.create(folder.parent / "c", encoder=WordEncoder()) as library:
        library.add([folder])
        (folder / "gone.txt").unlink()
        with TestClient(build_app(library), base_url="http://127.0.0.1") as client:
            yield client


def test_the_start_page_counts_what_is_there(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "3 pages of 2 files" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_a_question_gives_hits_with_marked_words(client: TestClient) -> None:
    page = client.get("/", params={"q": "harbour"})
    assert "papers/two.txt" in page.text
    assert "<mark>harbour</mark>" in page.text


def test_nothing_that_a_document_or_a_visitor_says_is_markup(client: TestClient) -> None:
    page = client.get("/", params={"q": "quay <script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "<b>quay</b>" not in page.text


def test_a_page_links_to_its_neighbours(client: TestClient) -> None:
    page = client.get("/page", params={"id": "papers/two.txt#1", "q": "harbour"})
    assert 'id="next"' in page.text
    assert 'id="previous"' not in page.text
    assert "Word by word" in page.text


def test_the_picture_is_a_picture(client: TestClient) -> None:
    picture = client.get("/picture", params={"id": "papers/two.txt#2", "q": "quay"})
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/?q=harbour&mode=magic", 400, "mode must be one of"),
        ("/?q=harbour&filter=colour:red", 400, "colour"),
        ("/picture?id=papers/two.txt%231&size=huge", 400, "size must be one of"),
        ("/page?id=none.txt%231", 404, "no page"),
        (f"/page?id=papers/two.txt%231&cited=1-{'9' * 5000}", 400, "two places such as"),
        ("/picture?id=papers/gone.txt%231", 404, "moved or changed"),
        ("/nothing", 404, "Not Found"),
    ],
)
def test_problems_are_said_on_a_page(
    client: TestClient, address: str, status: int, said: str
) -> None:
    page = client.get(address)
    assert page.status_code == status
    assert said in page.text


def test_no_picture_of_an_earlier_content_is_shown(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The harbour opened in 1871.", "utf-8")
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([note])
        with TestClient(build_app(library), base_url="http://127.0.0.1") as client:
            before = client.get("/picture", params={"id": "note.txt#1"}).content
            note.write_text("Apples ripen in September.", "utf-8")
            library.add([note])
            after = client.get("/picture", params={"id": "note.txt#1"})
            assert after.status_code == 200
            assert after.content != before


def test_a_name_from_outside_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_style_and_keys_come_from_here(client: TestClient) -> None:
    assert client.get("/static/style.css").status_code == 200
    assert client.get("/static/keys.js").status_code == 200
