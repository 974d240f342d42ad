"""The same as JSON: what `--json` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from trovato.__main__ import main
from trovato.library import Library
from trovato.llm import ScriptedModel
from trovato.web import build_app

API = "/api/v1/collections"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    (folder / "harbour.txt").write_text(
        "The harbour opened in 1871.\fShips unload timber.", "utf-8"
    )
    with Library.create(folder / "c") as library:
        library.add([folder / "harbour.txt"])
    return folder / "c"


@pytest.fixture
def client(place: Path) -> Iterator[TestClient]:
    with Library.open(place) as library:
        yield TestClient(build_app(library), base_url="http://127.0.0.1")


def test_a_search_is_what_the_command_prints(place: Path, client: TestClient) -> None:
    found = client.get(f"{API}/collection/search", params={"q": "harbour", "k": 1}).json()
    assert found["hits"][0].pop("band") == "strong"
    printed = CliRunner().invoke(main, ["search", str(place), "harbour", "-k", "1", "--json"])
    assert found == json.loads(printed.output)


def test_an_answer_is_what_the_command_prints(place: Path, client: TestClient) -> None:
    asked = {"question": "When did the harbour open?", "mode": "hybrid"}
    answer = client.post(f"{API}/collection/answers", json=asked)
    assert answer.status_code == 201
    printed = json.loads(
        CliRunner()
        .invoke(main, ["ask", str(place), asked["question"], "--explain", "--json"])
        .output
    )
    assert {key: answer.json()[key] for key in printed if key != "pictures"} == {
        key: value for key, value in printed.items() if key != "pictures"
    }
    assert client.get(f"/api/v1/answers/{answer.json()['id']}").json() == answer.json()


def test_a_written_answer_is_waited_for(place: Path) -> None:
    with Library.open(place) as library:
        model = ScriptedModel(lambda *_: "In 1871.")
        client = TestClient(build_app(library, model), base_url="http://127.0.0.1")
        answer = client.post(
            f"{API}/collection/answers", json={"question": "When did it open?"}
        ).json()
    assert answer["text"] == "In 1871."
    assert not answer["open"]


def test_a_page_has_its_text_and_its_evidence(client: TestClient) -> None:
    asked = {"id": "harbour.txt#2", "q": "timber"}
    page = client.get(f"{API}/collection/item", params=asked).json()
    assert page["text"] == "Ships unload timber."
    assert page["location"] == {"file": "harbour.txt", "page": 2, "box": None}
    assert page["evidence"]["heat"][0]["text"] == "timber."
    assert client.get(API).json() == {
        "collections": [{"name": "collection", "files": 1, "pages": 2}]
    }


@pytest.mark.parametrize(
    ("method", "address", "sent", "status"),
    [
        ("GET", f"{API}/other/search?q=x", None, 404),
        ("GET", f"{API}/collection/search?q=", None, 400),
        ("GET", f"{API}/collection/search?q=x&k=0", None, 400),
        ("GET", f"{API}/collection/search?q=x&filter=colour:red", None, 400),
        ("GET", f"{API}/collection/item?id=none", None, 404),
        ("GET", "/api/v1/answers/none", None, 404),
        ("GET", "/api/v1/nothing", None, 404),
        ("POST", f"{API}/collection/answers", {"question": " "}, 400),
        ("POST", f"{API}/collection/answers", {"question": 3}, 400),
        ("POST", f"{API}/collection/answers", {"question": "x", "more": "y"}, 400),
        ("POST", f"{API}/collection/answers", ["x"], 400),
        ("POST", f"{API}/collection/answers", {"question": "x", "mode": "magic"}, 400),
        ("POST", f"{API}/collection/answers", {"question": "ab " * 900}, 413),
        ("POST", f"{API}/collection/answers", {"question": "x" * 70_000}, 413),
        ("DELETE", API, None, 405),
    ],
)
def test_problems_are_json_too(
    client: TestClient, method: str, address: str, sent: object, status: int
) -> None:
    response = client.request(method, address, json=sent)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert response.json()["title"]


def test_a_question_of_a_form_is_no_question_of_a_program(client: TestClient) -> None:
    sent = client.post(f"{API}/collection/answers", content="question=x")
    assert sent.status_code == 415
