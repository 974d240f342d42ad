"""Keys and passwords of servers reach no output: Python, command line, journal, and page."""

from __future__ import annotations

import base64
import json
import logging
import re
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from trovato.__main__ import main
from trovato.core import InvalidInputError, ModelUnavailableError, Prompt, TrovatoError
from trovato.library import Library, open_model
from trovato.llm import OpenAICompatibleModel
from trovato.web import build_app

KEY, USER, PASSWORD = "sk-0f/1e+2d==", "ada", "geheim:/ö"
QUESTION = "When did the harbour open?"


class Echo(BaseHTTPRequestHandler):
    """Answers well or badly, and always with what it was told of secrets."""

    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self._send(200, {"data": [{"id": f"model of {self._told()}"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = {"content": "It opened in 1871."}
        if self.server.status != 200:
            self._send(self.server.status, {"error": {"told": self._told()}})
        elif "stream" in asked:
            event = json.dumps({"choices": [{"delta": content}]})
            self._send(200, f"data: {event}\n\ndata: [DONE]\n\n")
        else:
            self._send(200, {"choices": [{"message": content}]})

    def _told(self) -> str:
        sent = self.headers.get("Authorization", "")
        clear = base64.b64decode(sent[6:]).decode() if sent.startswith("Basic ") else sent[7:]
        vector_formats = [
            sent,
            clear,
            clear.partition(":")[2],
            quote(clear, safe=""),
            quote(sent, safe=""),
        ]
        return " ".join([*vector_formats, f"http://{clear}@host/v1"])

    def _send(self, status: int, document: object) -> None:
        body = (document if isinstance(document, str) else json.dumps(document)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    status = 200

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}/v1"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Echo)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["key", "password"])
def address(
    request: pytest.FixtureRequest, running: Server, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Of a server that is told a secret, in one way or the other."""
    if request.param == "key":
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        return f"http://{running.at}"
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return f"http://{USER}:{quote(PASSWORD, safe='')}@{running.at}"


@pytest.fixture(params=[200, 400, 404], ids=str)
def server(request: pytest.FixtureRequest, running: Server) -> Server:
    running.status = request.param
    return running


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "harbour.txt").write_text("The harbour opened in 1871. Ships unload there.", "utf-8")
    question = {"id": "h", "question": QUESTION, "answers": ["1871"], "wrong": "1950"}
    (folder / "questions.jsonl").write_text(json.dumps(question), "utf-8")
    with Library.create(folder / "c.trovato") as library:
        library.add([folder / "harbour.txt"])
    return folder


def assert_clean(text: str) -> None:
    pair = f"{USER}:{PASSWORD}"
    for secret in (KEY, PASSWORD, pair):
        basic = base64.b64encode(secret.encode()).decode()
        for vector_format in (secret, quote(secret, safe=""), basic, quote(basic, safe="")):
            assert vector_format not in text
            assert json.dumps(vector_format)[1:-1] not in text


def test_python_shows_no_secret(
    server: Server, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = OpenAICompatibleModel(address)
    shown = [repr(model), model.fingerprint, repr(model)]
    try:
        model.complete([Prompt.of("Who?", [])])
        list(model.stream(Prompt.of("Who?", [])))
    except TrovatoError as error:
        shown += [str(error), repr(error), *traceback.format_exception(error)]
    assert server.at in shown[1]
    assert_clean("\n".join([*shown, caplog.text]))


def test_the_command_line_shows_and_keeps_no_secret(
    server: Server, address: str, town: Path, tmp_path: Path
) -> None:
    journal = tmp_path / "run.jsonl"
    asked = ("ask", town / "c.trovato", QUESTION)
    attacked = ("redteam", town / "c.trovato", town / "questions.jsonl", "--attacks", "random")
    checked = ("models", "check")
    for command in (
        *(asked, (*asked, "--json"), checked, (*checked, "--json")),
        (*attacked, "--json", "--resume", journal),
    ):
        found = CliRunner().invoke(main, [*map(str, command), "--llm", address])
        assert found.exit_code == (0 if server.status == 200 else 1), found.output
        assert_clean(found.output + found.stderr + repr(found.exception))
    assert_clean(journal.read_text("utf-8"))


def test_the_page_shows_no_secret(server: Server, address: str, town: Path) -> None:
    with Library.open(town / "c.trovato") as library:
        client = TestClient(
            build_app(library, OpenAICompatibleModel(address)), base_url="http://127.0.0.1"
        )
        token = re.search(r'form_token" value="(\w+)"', client.get("/").text)
        assert token is not None
        form = {"q": QUESTION, "form_token": token[1]}
        page = client.post("/c/collection/answers", data=form)
        again = client.post(f"{page.url.path}/why", data=form)
        for text in (page.text, again.text, client.get("/").text):
            assert_clean(text)
        # It must be no part of a port.
        assert bool(re.search(r"\b1871\b", page.text)) == (server.status == 200)


@pytest.mark.parametrize(
    "address",
    [
        "http://ada:geheim@[::1",
        "http://ada:ge/heim@host/v1",
        "ftp://ada:geheim@host",
        "http://host/v1?key=geheim",
        "ada:geheim@host:8000/v1",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_secret(address: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        open_model(address)
    assert "heim" not in f"{error.value!r} {error.value}"


def test_a_place_to_export_to_is_refused_without_its_secret(town: Path) -> None:
    place = "qdrnt:http://ada:geheim@host"
    found = CliRunner().invoke(main, ["export", str(town / "c.trovato"), "--to", place])
    assert found.exit_code == 2
    assert "qdrnt:http://[hidden]@host" in found.output
    assert "geheim" not in found.output


def test_a_key_that_is_refused_is_no_fault_of_the_prompt(running: Server, address: str) -> None:
    running.status = 401
    with pytest.raises(ModelUnavailableError, match="the key is missing or wrong"):
        OpenAICompatibleModel(address).complete([Prompt.of("Who?", [])])
