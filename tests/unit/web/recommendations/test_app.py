"""Recommendations over HTTP."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient

from trovato.__main__ import main
from trovato.web import build_app
from trovato.web.served import ServedRecommender

API = "/api/v1/recommenders/films"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Even people like even films; each has seen all but one of their eight."""
    place = tmp_path_factory.mktemp("served")
    rows = [
        f"u{user},film {film},5"
        for user in range(16)
        for film in range(16)
        if film % 2 == user % 2 and film != user
    ]
    (place / "seen.csv").write_text("\n".join(["user,item,rating", *rows, ""]))
    titles = [f"film {film},The {film}th film" for film in range(16)]
    (place / "titles.csv").write_text("\n".join(["item,title", *titles, ""]))
    words = ["logs", "import", "csv", "seen.csv", "--titles", "titles.csv", "--to", "log"]
    paths = [str(place / word) if "." in word or word == "log" else word for word in words]
    assert CliRunner().invoke(main, paths).exit_code == 0
    words = ["recommend", "train", str(place / "log"), "--model", "item-knn", "--shrinkage", "0"]
    done = CliRunner().invoke(main, [*words, "--to", str(place / "knn.npz")])
    assert done.exit_code == 0, done.output
    return place


@pytest.fixture(scope="module")
def client(place: Path) -> TestClient:
    served = ServedRecommender.open(place / "log", place / "knn.npz")
    return TestClient(build_app(recommenders={"films": served}), base_url="http://127.0.0.1")


def test_a_list_with_titles_and_reasons(client: TestClient) -> None:
    told = client.get(f"{API}/recommend", params={"user": "u3", "count": 2}).json()
    assert told["user"] == "u3"
    assert told["history"] == 7
    first = told["items"][0]
    assert (first["item"], first["title"]) == ("film 3", "The 3th film")
    assert all(int(cause["item"].split()[1]) % 2 for cause in first["because of"])
    assert first["because of"]
    again = client.get(
        f"{API}/recommend", params={"user": "u3", "count": 16, "repeat": "true"}
    ).json()
    assert len(again["items"]) == 16


def test_similar_items_and_what_is_served(client: TestClient) -> None:
    told = client.get(f"{API}/similar", params={"item": "film 4", "count": 3}).json()
    assert told["title"] == "The 4th film"
    assert len(told["items"]) == 3
    assert all(int(one["item"].split()[1]) % 2 == 0 for one in told["items"])
    about = client.get(API).json()
    assert (about["users"], about["items"], about["made"]["model"]) == (16, 16, "item-knn")


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/recommend", 400, "got no user"),
        ("/recommend?user=u99", 404, "u99"),
        ("/recommend?user=u3&count=0", 400, "count"),
        ("/similar?item=film", 404, "did you mean"),
    ],
)
def test_what_cannot_be_answered_says_why(
    client: TestClient, path: str, status: int, why: str
) -> None:
    refused = client.get(API + path)
    assert refused.status_code == status
    assert why in refused.json()["title"]


def test_the_pages_say_the_same_with_reasons(client: TestClient) -> None:
    assert "item-knn" in client.get("/").text
    page = client.get("/r/films?user=u3")
    assert page.url.path == "/r/films/user"
    assert "The 3th film" in page.text
    assert "because of" in page.text
    assert "Like The 4th film" in client.get("/r/films?item=film 4").text
    assert client.get("/r/films/user?name=u99").status_code == 404
    assert client.get("/r/none").status_code == 404


def test_the_command_lets_one_browser_in_and_programs_with_the_token(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trovato.web.recommendations import command

    apps = []

    def serve_app(app: Starlette, port: int, ready: Callable[[str], None]) -> None:
        apps.append(app)
        ready(f"http://127.0.0.1:{port}")

    monkeypatch.setattr(command, "serve_app", serve_app)
    words = ["recommend", "serve", str(place / "log"), str(place / "knn.npz"), "--port", "0"]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0, told.output
    said, token = told.output.strip().split("/?token=")
    assert said == "item-knn for 16 users at http://127.0.0.1:0"
    client, address = TestClient(apps[0], base_url="http://127.0.0.1"), API.replace("films", "log")
    assert client.get(address).status_code == 401
    wrong = {"authorization": "Bearer no"}
    assert client.get(address, headers=wrong).status_code == 401
    right = {"authorization": f"Bearer {token}"}
    assert client.get(address, headers=right).json()["users"] == 16
    assert client.get(f"/?token={token}").status_code == 200
    assert client.get(address).status_code == 200
