"""The first page, hits, and how honest they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from trovato.library import Library
from trovato.web import build_app

SEARCH = "/c/collection/search"
PAGES = {
    "harbour.txt": "The harbour opened in 1871.\fShips unload timber at the long quay.",
    "orchard.txt": "Apples ripen in September. The <b>harbour</b> is far from the orchard.",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("search") / "papers"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, "utf-8")
    with Library.create(folder.parent / "c") as library:
        library.add([folder])
        with TestClient(build_app(library), base_url="http://127.0.0.1") as client:
            yield client


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', page)]


def test_the_first_page_says_what_there_is(client: TestClient) -> None:
    page = client.get("/").text
    assert "3 pages of 2 files" in page
    assert "<h1>Find or ask</h1>" in page
    went = client.get("/search", params={"collection": "collection", "q": "harbour"})
    assert went.url.path == SEARCH
    assert "<mark>harbour</mark>" in went.text


def test_hits_are_put_together_by_file_with_marked_words(client: TestClient) -> None:
    page = client.get(SEARCH, params={"q": "When did the harbour open?"}).text
    assert "<mark>harbour</mark>" in page
    assert re.search(r'<h1 class="count"[^>]*>\d good match(es)? in \d files?</h1>', page)
    assert "<h2><bdi>papers/harbour.txt</bdi>" in page
    assert '<span class="band strong"' in page


def test_words_that_nobody_wrote_find_nothing(client: TestClient) -> None:
    page = client.get(SEARCH, params={"q": "zzqxv wkjh"}).text
    assert "<h1>Nothing found</h1>" in page
    assert "No page holds “zzqxv”" in page
    assert 'class="card"' not in page


def test_what_is_not_there_is_said_not_to_be_there(client: TestClient) -> None:
    asked = {"q": "Which passport office renews visas for sailors in the harbour?"}
    page = client.get(SEARCH, params=asked).text
    assert "Nothing here clearly answers" in page
    assert 'class="band strong"' not in page
    before, _, folded = page.partition('<details class="weak">')
    assert 'class="card"' not in before
    assert 'class="card"' in folded


def test_nothing_that_a_document_or_a_visitor_says_is_markup(client: TestClient) -> None:
    page = client.get(SEARCH, params={"q": "harbour <script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_the_way_back_keeps_conditions_and_mode(client: TestClient) -> None:
    asked = {"q": "harbour", "filter": "path:papers/h*", "mode": "lexical"}
    page = client.get(SEARCH, params=asked)
    [hit] = [link for link in links(page.text) if "/page?" in link][:1]
    opened = client.get(str(page.url.join(hit)))
    found = re.search(r'id="back"[^>]*href="([^"]*)"', opened.text)
    assert found is not None
    back = urlsplit(str(opened.url.join(unescape(found[1]))))
    assert back.path == SEARCH
    assert {key: value for key, [value] in parse_qs(back.query).items()} == asked
    [following] = [link for link in links(opened.text) if "%232" in link][:1]
    assert "filter=path" in following
    assert "mode=lexical" in following


def test_conditions_are_chips_that_can_be_taken_away(client: TestClient) -> None:
    page = client.get(SEARCH, params={"q": "harbour", "filter": 'page=1 path:"papers/*"'}).text
    chips = page.partition('<ul class="chips"')[2].partition("</ul>")[0]
    without = [parse_qs(urlsplit(link).query).get("filter") for link in links(chips)]
    assert without == [['path:"papers/*"'], ["page=1"]]


def test_modes_are_named_in_words_and_answer_is_the_second_button(client: TestClient) -> None:
    page = client.get(SEARCH).text
    for said in ("words and meaning", "meaning", "words", "along links"):
        assert f">{said}</option>" in page
    assert 'id="answer" class="second"' in page


def test_conditions_that_nothing_meets_are_named(client: TestClient) -> None:
    page = client.get(SEARCH, params={"q": "harbour", "filter": "page>5"}).text
    assert "Nothing found" in page
    assert "No page meets the conditions <code>page&gt;5</code>" in page
    assert f"{SEARCH}?q=harbour"[3:] in page


def test_more_hits_can_be_had(client: TestClient) -> None:
    page = client.get(SEARCH, params={"q": "harbour", "k": 2}).text
    assert page.count('class="card"') == 2
    assert any("k=4" in link for link in links(page))
    assert client.get(SEARCH, params={"q": "harbour", "k": 4}).text.count('class="card"') == 3


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{SEARCH}?q=harbour&mode=magic", 400, "mode must be one of"),
        (f"{SEARCH}?q=harbour&filter=colour:red", 400, "colour"),
        (f"{SEARCH}?q=harbour&filter=foo+bar%3E%3E", 400, "^"),
        (f"{SEARCH}?q=harbour&k=1000", 400, "k must be a number in"),
        ("/c/other/search?q=harbour", 404, "no collection is called"),
        ("/nothing", 404, "Not Found"),
    ],
)
def test_problems_are_said_on_a_page(
    client: TestClient, address: str, status: int, said: str
) -> None:
    page = client.get(address)
    assert page.status_code == status
    assert said in unescape(page.text)


def test_several_collections_are_served_side_by_side(tmp_path: Path) -> None:
    opened = {}
    for name in ("letters", "reports"):
        (tmp_path / f"{name}.txt").write_text(f"The {name} are kept in the attic.", "utf-8")
        opened[name] = Library.create(tmp_path / f"{name}.trovato")
        opened[name].add([tmp_path / f"{name}.txt"])
    with TestClient(build_app(opened), base_url="http://127.0.0.1") as client:
        page = client.get("/").text
        assert "<option>letters</option>" in page
        for name in opened:
            went = client.get("/search", params={"collection": name, "q": "attic"})
            assert f"{name}.txt" in went.text
            assert ("reports" if name == "letters" else "letters") + ".txt" not in went.text
    for library in opened.values():
        library.close()
