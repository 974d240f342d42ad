"""One stream of what happens, over a real server."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import Workspace, build_app


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, workspace: Workspace) -> Iterator[str]:
    place = tmp_path_factory.mktemp("stream")
    with (
        Library.create(place / "c", encoder=WordEncoder()) as library,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        app = build_app(library, workspace=workspace, uploads=Path(place / "kept"))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


Told = list[tuple[int | None, str, dict[str, object]]]


def heard(address: str, until: str, **headers: str) -> Told:
    """Events up to the first of a kind."""
    told: Told = []
    seq, kind = None, ""
    with httpx.stream("GET", f"{address}/events", timeout=30, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            name, _, said = line.partition(": ")
            if name == "id":
                seq = int(said)
            elif name == "event":
                kind = said
            elif name == "data":
                told.append((seq, kind, json.loads(said)))
                seq = None
                if kind == until:
                    return told
    raise AssertionError(told)


def test_files_and_answers_are_told_and_nothing_is_missed(
    address: str, workspace: Workspace
) -> None:
    page = httpx.get(f"{address}/c/collection/files").text
    token = page.partition('data-token="')[2].partition('"')[0]
    before = str(workspace.last())
    sent = httpx.post(
        f"{address}/c/collection/files?name=a.txt",
        content=b"The harbour opened in 1871.",
        headers={"x-form-token": token},
    ).json()
    # A client that comes back says what it has heard last.
    told = heard(address, "indexed", **{"last-event-id": before})
    kinds = [kind for _, kind, _ in told if kind != "progress"]
    assert kinds == ["received", "indexed"]
    assert told[-1][2] == {"of": sent["id"]}
    assert [seq for seq, kind, _ in told if kind != "progress"] == [
        int(before) + 1,
        int(before) + 2,
    ]
    body = {"question": "When did the harbour open?"}
    asked = httpx.post(f"{address}/api/v1/collections/collection/answers", json=body).json()
    answered = heard(address, "answered", **{"last-event-id": str(told[-1][0])})
    assert [kind for _, kind, _ in answered] == ["asked", "answered"]
    assert answered[-1][2]["of"] == asked["id"]
    assert "answer" not in answered[-1][2]  # it stands at its address


def test_what_others_asked_is_not_told(address: str, workspace: Workspace) -> None:
    before = str(workspace.last())
    workspace.append("theirs", "asked", {"question": "secret"}, actor="ada")
    workspace.append("theirs", "answered", {}, actor="")
    workspace.append("job", "received", {"collection": "none", "name": "x"}, actor="ada")
    told = heard(address, "received", **{"last-event-id": before})
    assert [kind for _, kind, _ in told] == ["received"]


def test_a_place_that_is_none_is_refused(address: str) -> None:
    assert httpx.get(f"{address}/events?since=x").status_code == 400
