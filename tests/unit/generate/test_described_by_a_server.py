"""Targets described by a server that is busy, refuses, fails, and is there again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from trovato.core import ModelUnavailableError
from trovato.generate import DescriptionFile, TargetDescriber
from trovato.llm import OpenAICompatibleModel

KEY = "sk-nobody-may-read-this"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self.send(200, {"data": [{"id": "seer"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        choice = {"message": {"content": "a red dress"}, "finish_reason": "stop"}
        error = {"message": f"no, {KEY}", **({"code": "content_filter"} if status == 400 else {})}
        self.send(status, {"choices": [choice]} if status == 200 else {"error": error})

    def send(self, status: int, document: object) -> None:
        text = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, object]] = []
        self.statuses: list[int] = []


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def describer(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TargetDescriber:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model = OpenAICompatibleModel(f"http://127.0.0.1:{server.server_address[1]}/v1")
    return TargetDescriber(model, DescriptionFile(tmp_path / "kept.jsonl"))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (40, 30), "blue").save(tmp_path / "dress.png")
    return tmp_path / "dress.png"


def test_a_busy_server_is_asked_again(
    server: Server, describer: TargetDescriber, picture: Path
) -> None:
    server.statuses = [429, 503]
    assert describer(picture, "but red") == "a red dress"
    assert len(server.asked) == 3
    assert "data:image/jpeg;base64," in json.dumps(server.asked[-1])


def test_what_was_described_before_a_failure_is_kept(
    server: Server, describer: TargetDescriber, picture: Path, tmp_path: Path
) -> None:
    assert describer(picture, "but red") == "a red dress"
    server.statuses = [500] * 50
    with pytest.raises(ModelUnavailableError) as failed:
        describer(picture, "but green")
    assert KEY not in str(failed.value)
    assert describer(picture, "but red") == "a red dress"
    kept = (tmp_path / "kept.jsonl").read_text("utf-8")
    assert len(kept.splitlines()) == 1
    assert KEY not in kept
    server.statuses = []
    assert describer(picture, "but green") == "a red dress"


def test_a_refusal_is_told_and_not_kept(
    server: Server, describer: TargetDescriber, picture: Path, tmp_path: Path
) -> None:
    server.statuses = [400]
    assert describer(picture, "but red") == "but red"
    assert len(describer.fallbacks) == 1
    assert not (tmp_path / "kept.jsonl").exists()
