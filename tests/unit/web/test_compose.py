"""A picture and a change in the browser: what is found, what is refused, what is encoded."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from trovato.core import PromptRefusedError
from trovato.library import Library, index_pictures
from trovato.llm import ScriptedModel
from trovato.testing import SceneSpace, WordEncoder, draw_scene, save_scenes
from trovato.web import build_app
from trovato.web.access.headers import HEADERS

AT = "/c/collection/compose"
REFERENCE, TARGET = "files/red-circle-grey-left.png", "files/green-circle-grey-left.png"
ASKED = {"image": REFERENCE, "edit": "make the circle green"}


class CountingSpace(SceneSpace):
    """Counts what is encoded while pictures are asked for."""

    encoded = 0

    def features(self, images: Iterable[Image.Image]) -> Iterator[np.ndarray]:
        for found in super().features(images):
            CountingSpace.encoded += 1
            yield found

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        CountingSpace.encoded += len(texts)
        return super().texts(texts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compose")
    save_scenes(folder / "files", ["grey"])
    with Library.create(folder / "c", encoder=WordEncoder()) as library:
        index_pictures(
            library.collection,
            library.encoder,
            [folder / "files"],
            captions=folder / "files" / "captions.csv",
            space=SceneSpace(),
            cache=folder / "cache.sqlite",
        )
    return folder


@pytest.fixture(scope="module")
def library(folder: Path) -> Iterator[Library]:
    with Library.open(folder / "c", encoder=WordEncoder()) as library:
        yield library


def served(library: Library, **options: Any) -> TestClient:
    app = build_app(library, picture_space=CountingSpace, **options)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture
def client(library: Library) -> TestClient:
    return served(library)


def ids(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"<span>\d+\. <bdi>([^<]*)</bdi>", page)]


def png() -> bytes:
    out = io.BytesIO()
    draw_scene("red", "circle", "grey", "left").save(out, "PNG", compress_level=1)
    return out.getvalue()


def send(client: TestClient, file: bytes = b"", /, **fields: str) -> Any:
    token = re.search(r'name="form_token" value="(\w+)"', client.get(AT).text)
    assert token is not None
    data = {"form_token": token[1], **fields}
    return client.post(AT, data=data, files={"file": ("a.png", file)}, follow_redirects=False)


def test_a_change_finds_the_picture_that_keeps_the_rest(client: TestClient) -> None:
    page = client.get(AT, params=ASKED).text
    assert ids(page)[0] == TARGET
    assert REFERENCE not in ids(page)
    assert "Wanted (by rules): left grey ground circle green" in page


def test_every_picture_says_what_each_part_added(client: TestClient) -> None:
    page = client.get(AT, params={**ASKED, "negative": "square"}).text
    for table in re.findall(r'<table class="bars">(.*?)</table>', page, re.DOTALL):
        rows = re.findall(r'<th scope="row">([^<]+)</th>.*?<td>([-+.\d]+)</td></tr>', table)
        *parts, (_, score) = rows
        assert [name for name, _ in parts] == ["description", "picture", "edit", "less of"]
        assert sum(float(value) for _, value in parts) == pytest.approx(float(score), abs=3e-3)
        for left, width in re.findall(r'x="([^"]+)" y="1" width="([^"]+)"', table):
            assert 0 <= float(left) <= float(left) + float(width) <= 100.01
    assert page.count("kept for the ") == len(ids(page)) == 12


def test_a_slider_ranks_again_and_encodes_nothing(client: TestClient) -> None:
    first = client.get(AT, params=ASKED).text
    before = CountingSpace.encoded
    by_picture = client.get(AT, params={**ASKED, "alpha": "1", "beta": "0"}).text
    assert ids(by_picture) != ids(first)
    assert "0.00 \u00d7 description, 1.00 \u00d7 picture" in by_picture
    assert CountingSpace.encoded == before
    client.get(AT, params={**ASKED, "edit": "make the circle blue"})
    assert CountingSpace.encoded > before


def test_a_preset_holds_where_no_slider_was_moved(client: TestClient) -> None:
    page = client.get(AT, params={**ASKED, "preset": "cirr", "beta": "0.1"}).text
    assert re.search(r'id="alpha"[^>]*value=""[^>]*placeholder="0.05"', page)
    assert re.search(r'id="beta"[^>]*value="0.1"', page)
    assert "0.10 \u00d7 edit" in page


def test_a_picture_or_words_alone(client: TestClient) -> None:
    assert ids(client.get(AT).text) == []
    assert "circle" in ids(client.get(AT, params={"image": REFERENCE}).text)[0]
    by_words = client.get(AT, params={"edit": "blue triangle", "filter": "path:*-right.png"}).text
    assert ids(by_words)[0] == "files/blue-triangle-grey-right.png"
    assert "kept for" not in by_words
    none = client.get(AT, params={**ASKED, "filter": "path:nothing"}).text
    assert "No picture meets the conditions" in none


def test_an_uploaded_picture_is_that_picture(client: TestClient) -> None:
    sent = send(client, png(), edit="make the circle green", alpha="0.2")
    assert sent.status_code == 303
    page = client.get(AT, params=sent.next_request.url.params).text
    assert ids(page)[0] == TARGET
    assert re.search(r'id="alpha"[^>]*value="0.2"', page)
    image = sent.next_request.url.params["image"]
    shown = client.get("/c/collection/picture", params={"image": image})
    assert Image.open(io.BytesIO(shown.content)).size == (64, 32)


@pytest.mark.parametrize("seed", range(3))
def test_any_bytes_survive_a_form(client: TestClient, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (40, 40, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    sent = send(client, out.getvalue())
    image = sent.next_request.url.params["image"]
    page = client.get("/c/collection/picture", params={"image": image, "v": "1"})
    assert Image.open(io.BytesIO(page.content)).size == (40, 40)
    assert "immutable" in page.headers["cache-control"]


def test_without_a_file_a_form_leads_to_its_address(client: TestClient) -> None:
    sent = send(client, image=REFERENCE, edit="make the circle green", negative="square")
    assert dict(sent.next_request.url.params) == {**ASKED, "negative": "square"}


def test_the_model_describes_when_it_is_asked_and_only_then(library: Library) -> None:
    model = ScriptedModel(lambda prompt, attention: "a blue square")
    client = served(library, model=model)
    assert "Let the model describe it" in client.get(AT, params=ASKED).text
    assert not model.asked
    sent = send(client, **ASKED, do="describe")
    assert sent.next_request.url.params["description"] == "a blue square"
    page = client.get(AT, params=sent.next_request.url.params).text
    assert "blue-square" in ids(page)[0]
    assert len(model.asked) == 1
    assert "Let the model" not in served(library).get(AT).text


def test_a_model_that_refuses_leaves_the_change(library: Library) -> None:
    def refuse(prompt: object, attention: object) -> str:
        raise PromptRefusedError("not this one")

    sent = send(served(library, model=ScriptedModel(refuse)), **ASKED, do="describe")
    assert sent.next_request.url.params["description"] == ASKED["edit"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"image": "/etc/passwd", "edit": "red"}, 404, "no picture is called"),
        ({"image": "files/none.png"}, 404, "no picture is called"),
        ({"image": "upload:" + "0" * 32}, 404, "give it again"),
        ({"edit": "red", "alpha": "2"}, 400, "alpha lies in 0…1"),
        ({"edit": "red", "beta": "nan"}, 400, "beta lies in 0…1.5"),
        ({"edit": "red", "preset": "best"}, 400, "preset must be one of"),
        ({"edit": "red", "k": "0"}, 400, "k must be a number"),
        ({"edit": "red", "filter": "foo bar>>"}, 400, "foo bar"),
        ({"image": REFERENCE, "edit": "xyzzy"}, 400, "zero"),
        ({"edit": "x" * 2001}, 413, "2,000 characters"),
    ],
)
def test_what_cannot_be_asked(
    client: TestClient, asked: dict[str, str], status: int, said: str
) -> None:
    page = client.get(AT, params=asked)
    assert page.status_code == status
    assert said in unescape(page.text)


def test_what_cannot_be_sent(client: TestClient) -> None:
    assert client.post(AT, files={"file": ("a.png", png())}).status_code == 403
    wrong = send(client, b"no picture", edit="make it green")
    assert (wrong.status_code, "no picture of a known type" in wrong.text) == (400, True)
    assert 'value="make it green"' in wrong.text
    assert client.post(AT, content=b"a=b").status_code == 415
    assert send(client, bytes(21 * 2**20)).status_code == 413
    assert send(client, **ASKED, do="describe").status_code == 400


def test_a_file_of_no_picture_is_never_shown(client: TestClient, folder: Path) -> None:
    for name in ("/etc/passwd", str(folder / "files" / "captions.csv"), "../c"):
        assert client.get("/c/collection/picture", params={"image": name}).status_code == 404
    assert client.get("/c/collection/picture?image=x&size=7").status_code == 400


def test_pages_have_the_headers_and_no_markup_of_visitors(client: TestClient) -> None:
    page = client.get(
        AT, params={"image": REFERENCE, "edit": "<b>green</b>", "negative": '"<i>red'}
    )
    assert "<b>" not in page.text
    assert "<i>" not in page.text
    for name, value in HEADERS.items():
        assert page.headers[name] == value


def test_a_collection_without_pictures_says_so(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The harbour opened.", "utf-8")
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([tmp_path / "note.txt"])
        client = served(library)
        page = client.get(AT)
        assert (page.status_code, "--images" in page.text) == (404, True)
        assert "by a picture" not in client.get("/").text


def test_hits_of_a_search_lead_here(client: TestClient) -> None:
    assert "by a picture" in client.get("/").text
    page = client.get("/c/collection/search", params={"q": "red circle"}).text
    assert 'href="../../c/collection/compose?image=files%2Fred-circle' in page
    shown = client.get("/c/collection/page", params={"id": REFERENCE}).text
    assert "find one like this, or changed" in shown


def test_a_picture_that_has_changed_is_not_shown(folder: Path, library: Library) -> None:
    path = folder / "files" / "purple-square-grey-left.png"
    kept = path.read_bytes()
    path.write_bytes(kept + b"\0")
    try:
        page = served(library).get(
            "/c/collection/picture", params={"image": "files/purple-square-grey-left.png"}
        )
        assert (page.status_code, "moved or changed" in page.text) == (404, True)
    finally:
        path.write_bytes(kept)
