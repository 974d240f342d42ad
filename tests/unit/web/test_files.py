"""Files that readers add: received whole, indexed, and taken up again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import Workspace, build_app

FILES = "/c/collection/files"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        yield library


@pytest.fixture
def client(library: Library, tmp_path: Path) -> TestClient:
    app = build_app(library, uploads=tmp_path / "kept")
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def send(client: TestClient, name: str, content: bytes, **headers: str) -> Any:
    found = re.search(r'data-token="(\w+)"', client.get(FILES).text)
    token = found[1] if found else ""
    headers = {"x-form-token": token, **headers}
    return client.post(FILES, params={"name": name}, content=content, headers=headers)


def ended(client: TestClient, job: str) -> dict[str, str]:
    """A job once it is done with."""
    for _ in range(600):
        told: dict[str, str] = client.get(f"/api/v1/jobs/{job}").json()
        if told["state"] != "received":
            return told
        time.sleep(0.05)
    raise AssertionError(f"never done with: {told}")


def test_a_file_that_is_sent_is_found(client: TestClient, library: Library) -> None:
    sent = send(client, "harbour.txt", b"The harbour opened in 1871.")
    assert sent.status_code == 201
    assert ended(client, sent.json()["id"])["state"] == "indexed"
    assert library.search("harbour", 1)[0].item.id == "uploads/harbour.txt#1"
    page = client.get(FILES).text
    assert "uploads/harbour.txt" in page
    assert client.get("/api/v1/collections/collection/waiting").json() == {"files": []}
    # Sent anew it takes the place of the former one.
    sent = send(client, "harbour.txt", b"The harbour closed.")
    assert ended(client, sent.json()["id"])["state"] == "indexed"
    assert len(library) == 1


def test_what_cannot_be_read_says_why(client: TestClient) -> None:
    broken = send(client, "broken.pdf", b"%PDF-no")
    unknown = send(client, "tune.mp9", b"la")
    assert ended(client, broken.json()["id"])["state"] == "unreadable"
    told = ended(client, unknown.json()["id"])
    assert told["state"] == "unreadable"
    assert ".mp9" in told["problem"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x.txt", "a/b.txt", "a\\b.txt", ".hidden", "a\nb", "x" * 201]
)
def test_strange_names_are_refused(client: TestClient, name: str, tmp_path: Path) -> None:
    assert send(client, name, b"text").status_code == 400
    assert not list(tmp_path.rglob("*.txt"))


def test_only_our_page_sends_and_only_where_files_are_taken(
    client: TestClient, library: Library
) -> None:
    assert send(client, "a.txt", b"text", **{"x-form-token": "no"}).status_code == 403
    assert send(client, "a.txt", b"text", **{"sec-fetch-site": "cross-site"}).status_code == 403
    closed = TestClient(build_app(library), base_url="http://127.0.0.1")
    assert "Add files" not in closed.get(FILES).text
    assert send(closed, "a.txt", b"text").status_code == 403
    assert client.get("/api/v1/jobs/none").status_code == 404


def test_what_was_received_is_indexed_by_the_next_process(library: Library, tmp_path: Path) -> None:
    """The file and its event are there, and the process that received them is not."""
    with Workspace(tmp_path / "w.db") as workspace:
        place = tmp_path / "kept" / "collection" / "uploads" / "a.txt"
        place.parent.mkdir(parents=True)
        place.write_text("Lanterns glow.", "utf-8")
        workspace.append("job", "received", {"collection": "collection", "name": "a.txt"})
        workspace.append("gone", "received", {"collection": "collection", "name": "gone.txt"})
        workspace.append("else", "received", {"collection": "not served now", "name": "b.txt"})
        app = build_app(library, workspace=workspace, uploads=tmp_path / "kept")
        client = TestClient(app, base_url="http://127.0.0.1")
        assert ended(client, "job")["state"] == "indexed"
        assert ended(client, "gone")["problem"].startswith("the file was taken away")
        assert client.get("/api/v1/jobs/else").json()["state"] == "received"


def test_a_file_that_waits_can_be_left_out(
    client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library.collection.writer():  # somebody else writes: it has to wait
        sent = send(client, "a.txt", b"Lanterns glow.")
        found = re.search(r'data-token="(\w+)"', client.get(FILES).text)
        assert found is not None
        address = f"/jobs/{sent.json()['id']}/stop"
        assert client.post(address).status_code == 403
        stopped = client.post(address, headers={"x-form-token": found[1]})
        assert stopped.json()["state"] == "stopped"
    sent = send(client, "b.txt", b"The harbour opened.")
    assert ended(client, sent.json()["id"])["state"] == "indexed"
    assert [item.id for item in library] == ["uploads/b.txt#1"]
