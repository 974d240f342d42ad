"""Recommendations over HTTP."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from trovato.__main__ import main
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import Answers, load_for_log
from trovato.web.recommendations.app import build_recommender_app


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
    log = InteractionLog.open(place / "log")
    recommender, catalogue, made = load_for_log(place / "knn.npz", log)
    answers = Answers.of(log, recommender, catalogue, made["positive"])
    return TestClient(build_recommender_app(answers, made), base_url="http://127.0.0.1")


def test_a_list_with_titles_and_reasons(client: TestClient) -> None:
    told = client.get("/recommend", params={"user": "u3", "count": 2}).json()
    assert told["user"] == "u3"
    assert told["history"] == 7
    first = told["items"][0]
    assert (first["item"], first["title"]) == ("film 3", "The 3th film")
    assert all(int(cause["item"].split()[1]) % 2 for cause in first["because of"])
    assert first["because of"]
    again = client.get("/recommend", params={"user": "u3", "count": 16, "repeat": "true"}).json()
    assert len(again["items"]) == 16


def test_similar_items_and_what_is_served(client: TestClient) -> None:
    told = client.get("/similar", params={"item": "film 4", "count": 3}).json()
    assert told["title"] == "The 4th film"
    assert len(told["items"]) == 3
    assert all(int(one["item"].split()[1]) % 2 == 0 for one in told["items"])
    about = client.get("/").json()
    assert (about["users"], about["items"], about["made"]["model"]) == (16, 16, "item-knn")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/recommend", "got no user"),
        ("/recommend?user=u99", "u99"),
        ("/recommend?user=u3&count=0", "count"),
        ("/similar?item=film", "did you mean"),
    ],
)
def test_what_cannot_be_answered_says_why(client: TestClient, path: str, why: str) -> None:
    refused = client.get(path)
    assert refused.status_code == 400
    assert why in refused.json()["error"]


def test_only_a_loopback_host_is_answered(client: TestClient) -> None:
    assert client.get("/", headers={"host": "example.com"}).status_code == 400


def test_the_command_says_where_it_serves(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trovato.web.recommendations import command

    monkeypatch.setattr(command, "serve_app", lambda app, port, ready: ready(f"here:{port}"))
    words = ["recommend", "serve", str(place / "log"), str(place / "knn.npz"), "--port", "0"]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0, told.output
    assert told.output == "item-knn for 16 users at here:0/recommend?user=…\n"
