"""A model behind a server: a real one, in a thread, that behaves well and badly."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from trovato.core import (
    Completion,
    ContextTooLongError,
    Decoding,
    InvalidInputError,
    LanguageModel,
    ModelUnavailableError,
    Prompt,
    PromptBlock,
    PromptRefusedError,
    collect_stream,
)
from trovato.llm import OpenAICompatibleModel
from trovato.llm.server import connection

PROMPT = Prompt.of("Who?", ["It was Ada.", "It was Bob."], "Be short.")
Reply = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers), None))
        self.send({"data": [{"id": "first"}, {"id": "second"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, dict(self.headers), body))
        self.server.replies[min(len(self.server.posts) - 1, len(self.server.replies) - 1)](
            self, body
        )

    def send(self, document: Any, status: int = 200, **headers: str) -> None:
        text = document if isinstance(document, str) else json.dumps(document)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, dict[str, str], Any]] = []
        self.replies: list[Reply] = []

    @property
    def posts(self) -> list[Any]:
        return [body for _, _, body in self.seen if body is not None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up on a bad server is right."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def says(text: str, finish: str = "stop") -> Reply:
    choice = {"message": {"content": text}, "finish_reason": finish}
    usage = {"prompt_tokens": 12, "completion_tokens": 3}
    return lambda handler, _: handler.send({"choices": [choice], "usage": usage})


def drips(byte: bytes) -> Reply:
    """A byte now and then, for .8 s."""

    def reply(handler: Handler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _tick in range(40):
            handler.wfile.write(byte)
            handler.wfile.flush()
            time.sleep(0.02)

    return reply


def streams(*pieces: str, end: bool = True) -> Reply:
    def reply(handler: Handler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.end_headers()
        for piece in pieces:
            event = {"choices": [{"delta": {"content": piece}}]}
            handler.wfile.write(f": ping\n\ndata: {json.dumps(event)}\n\n".encode())
            handler.wfile.flush()
        if end:
            handler.wfile.write(b'data: {"choices": [], "usage": {}}\n\ndata: [DONE]\n\n')

    return reply


def test_a_prompt_becomes_two_turns_and_an_answer_a_completion(server: Server) -> None:
    server.replies = [says("Ada.")]
    model = OpenAICompatibleModel(server.url)
    assert isinstance(model, LanguageModel)
    decoding = Decoding(max_tokens=7, temperature=0.5, top_p=0.9, seed=3)
    assert model.complete([PROMPT], decoding) == [Completion("Ada.", "stop", 12, 3)]
    assert server.posts == [
        {
            "model": "first",
            "messages": [
                {"role": "system", "content": "Be short."},
                {"role": "user", "content": "It was Ada.\n\nIt was Bob.\n\nWho?"},
            ],
            "max_tokens": 7,
            "temperature": 0.5,
            "top_p": 0.9,
            "seed": 3,
        }
    ]
    assert model.fingerprint == f"{server.url} first"


def test_the_named_model_is_asked_and_length_is_told(server: Server) -> None:
    server.replies = [says("Ada", "length")]
    [found] = OpenAICompatibleModel(server.url, "second").complete([PROMPT])
    assert found.finish == "length"
    assert server.posts[0]["model"] == "second"
    assert len(server.seen) == 1


def test_a_stream_comes_piece_by_piece(server: Server) -> None:
    server.replies = [streams("A", "da", " Lovelace…")]
    model = OpenAICompatibleModel(server.url, "m")
    assert list(model.stream(PROMPT)) == ["A", "da", " Lovelace…"]
    assert server.posts[0]["stream"] is True


def test_a_busy_server_is_asked_again(server: Server) -> None:
    busy: Reply = lambda handler, _: handler.send("wait", 429, Retry_After="0")  # noqa: E731
    server.replies = [busy, busy, says("Ada.")]
    assert OpenAICompatibleModel(server.url, "m").complete([PROMPT])[0].text == "Ada."
    assert len(server.posts) == 3
    server.seen.clear()
    server.replies = [busy]
    with pytest.raises(ModelUnavailableError, match="refused with 429: wait"):
        OpenAICompatibleModel(server.url, "m", retries=1).complete([PROMPT])
    assert len(server.posts) == 11  # a server that says when to come back is asked more often
    server.seen.clear()
    with pytest.raises(ModelUnavailableError, match="refused with 429: wait"):
        OpenAICompatibleModel(server.url, "m", retries=0).complete([PROMPT])
    assert len(server.posts) == 1


def test_the_key_goes_to_the_server_and_nowhere_else(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    server.replies = [lambda handler, _: handler.send("bad key sk-secret", 401)]
    model = OpenAICompatibleModel(server.url, "m", key_variable="MY_KEY")
    with pytest.raises(ModelUnavailableError, match="the key is missing or wrong") as error:
        model.complete([PROMPT])
    assert server.seen[0][1]["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in f"{error.value} {model!r} {model.fingerprint}"


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (lambda handler, _: handler.send("<html>"), "no JSON"),
        (lambda handler, _: handler.send([1]), "no JSON object"),
        (lambda handler, _: handler.send({"choices": []}), "no choices"),
        (lambda handler, _: handler.send({"choices": [{"message": {}}]}), "no text"),
        (lambda handler, _: handler.send({"choices": [{"message": None}]}), "no text"),
        (
            lambda handler, _: handler.send({"choices": [{"message": {"content": [1]}}]}),
            "else than",
        ),
        (lambda handler, _: handler.send({"error": {"message": "out of memory"}}), "out of memory"),
        (lambda handler, _: handler.send("no such model", 404), "404: no such model"),
        (lambda handler, _: handler.send("[" * 100_000), "no JSON"),
        (
            lambda handler, _: handler.send("", 302, Location="http://localhost:1/v1"),
            "with 302 to http://localhost:1/v1: nothing was sent",
        ),
    ],
)
def test_an_odd_answer_is_named(server: Server, reply: Reply, message: str) -> None:
    server.replies = [reply]
    with pytest.raises(ModelUnavailableError, match=message):
        OpenAICompatibleModel(server.url, "m").complete([PROMPT])


def test_counts_that_are_none_count_nothing(server: Server) -> None:
    answer = {"choices": [{"message": {"content": "Ada."}}], "usage": {"prompt_tokens": "many"}}
    server.replies = [lambda handler, _: handler.send(answer)]
    assert OpenAICompatibleModel(server.url, "m").complete([PROMPT]) == [
        Completion("Ada.", "stop", 0, 0)
    ]


def test_a_server_that_fails_while_it_streams_says_why(server: Server) -> None:
    def fail(handler: Handler, body: dict[str, Any]) -> None:
        streams("A", end=False)(handler, body)
        empty = b'data: {"choices": [{"delta": null}]}\n\n'
        handler.wfile.write(empty + b'data: {"error": {"message": "out of memory"}}\n\n')

    server.replies = [fail]
    heard: list[str] = []
    with pytest.raises(ModelUnavailableError, match="out of memory"):
        heard.extend(OpenAICompatibleModel(server.url, "m").stream(PROMPT))
    assert heard == ["A"]


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "http://[::1", "ftp://a/v1", "http:"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match="a server's address"):
        OpenAICompatibleModel(url)


@pytest.mark.parametrize("key", ["ключ", "a\nb"])
def test_a_key_that_no_request_can_carry_is_refused(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(InvalidInputError, match="the key in OPENAI_API_KEY") as error:
        OpenAICompatibleModel("http://localhost:8000")
    assert key not in str(error.value)


def test_a_prompt_too_long_for_the_server_says_so(server: Server) -> None:
    text = {"error": {"code": "context_length_exceeded", "message": "too long"}}
    server.replies = [lambda handler, _: handler.send(text, 400)]
    with pytest.raises(ContextTooLongError, match="fewer pages"):
        OpenAICompatibleModel(server.url, "m").complete([PROMPT])


FILTERED = {"error": {"code": "content_filter", "message": "the policy"}}


@pytest.mark.parametrize(
    "reply",
    [
        lambda handler, _: handler.send(FILTERED, 400),
        lambda handler, _: handler.send("not a word of this", 422),
        lambda handler, _: handler.send(FILTERED, 403),
        lambda handler, _: handler.send(FILTERED, 500),
        lambda handler, _: handler.send(FILTERED),
        lambda handler, _: handler.send(
            {"choices": [{"message": {"content": ""}, "finish_reason": "content_filter"}]}
        ),
        lambda handler, _: handler.send(
            {"choices": [{"message": {"content": None, "refusal": "I cannot help."}}]}
        ),
    ],
)
def test_a_prompt_that_is_refused_is_told_from_a_server_that_fails(
    server: Server, reply: Reply
) -> None:
    server.replies = [reply, says("Ada.")]
    model = OpenAICompatibleModel(server.url, "m")
    with pytest.raises(PromptRefusedError, match=r"(?i)this prompt|the policy"):
        model.complete([PROMPT])
    assert len(server.posts) == 1  # asking again would be of no use
    assert model.complete([PROMPT])[0].text == "Ada."


def test_a_stream_that_a_filter_ends_is_refused(server: Server) -> None:
    def cut(handler: Handler, body: dict[str, Any]) -> None:
        streams("It", end=False)(handler, body)
        event = {"choices": [{"delta": {}, "finish_reason": "content_filter"}]}
        handler.wfile.write(f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode())

    server.replies = [cut]
    with pytest.raises(PromptRefusedError, match="a filter"):
        list(OpenAICompatibleModel(server.url, "m").stream(PROMPT))


def test_a_list_of_models_that_is_refused_is_no_refused_prompt(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "do_GET", lambda handler: handler.send("bad request", 400))
    with pytest.raises(ModelUnavailableError, match="400: bad request"):
        OpenAICompatibleModel(server.url).complete([PROMPT])


def test_a_stream_that_breaks_off_is_no_answer(server: Server) -> None:
    server.replies = [streams("A", "d", end=False)]
    heard: list[str] = []
    with pytest.raises(ModelUnavailableError, match="broke off"):
        heard.extend(OpenAICompatibleModel(server.url, "m").stream(PROMPT))
    assert heard == ["A", "d"]


def test_a_stream_that_hangs_is_given_up(server: Server) -> None:
    def hang(handler: Handler, body: dict[str, Any]) -> None:
        streams("A", end=False)(handler, body)
        time.sleep(1)

    server.replies = [hang]
    begin = time.monotonic()
    with pytest.raises(ModelUnavailableError, match="ReadTimeout"):
        list(OpenAICompatibleModel(server.url, "m", timeout=0.1).stream(PROMPT))
    assert time.monotonic() - begin < 0.9


def test_an_answer_that_drips_is_given_up(server: Server) -> None:
    server.replies = [drips(b" ")]
    with pytest.raises(ModelUnavailableError, match=r"nothing whole within 0\.1 s"):
        OpenAICompatibleModel(server.url, "m", total=0.1).complete([PROMPT])


@pytest.mark.parametrize("sent", [b"x" * 2**16, b": ping\n\n" * 2**12])
def test_an_answer_without_an_end_is_given_up(
    server: Server, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not lines end: a server that sends and sends fills no memory."""
    monkeypatch.setattr(connection, "MOST_BYTES", 2**20)
    ended = threading.Event()

    def flood(handler: Handler, body: dict[str, Any]) -> None:
        streams("A", end=False)(handler, body)
        try:
            while True:
                handler.wfile.write(sent)
        except OSError:
            ended.set()

    server.replies = [flood]
    model = OpenAICompatibleModel(server.url, "m")
    with pytest.raises(ModelUnavailableError, match="more than 1 MiB"):
        list(model.stream(PROMPT))
    assert ended.wait(5)
    with pytest.raises(ModelUnavailableError, match="more than 1 MiB"):
        model.complete([PROMPT])


def test_a_line_without_an_end_is_given_up_in_time(server: Server) -> None:
    server.replies = [drips(b"x")]
    with pytest.raises(ModelUnavailableError, match=r"nothing whole within 0\.1 s"):
        list(OpenAICompatibleModel(server.url, "m", total=0.1).stream(PROMPT))


@pytest.mark.parametrize("listed", [3, "m", {"id": "m"}, [3], [{"id": 3}], None])
def test_an_odd_list_of_models_is_named(
    server: Server, listed: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "do_GET", lambda handler: handler.send({"data": listed}))
    with pytest.raises(ModelUnavailableError, match="no model in its list that writes"):
        OpenAICompatibleModel(server.url).complete([PROMPT])


def test_nobody_there_is_told_after_some_tries() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelUnavailableError, match="is the server running"):
        OpenAICompatibleModel(f"http://127.0.0.1:{port}/v1", retries=1).complete([PROMPT])


def test_sparse_attention_is_not_there(server: Server) -> None:
    model = OpenAICompatibleModel(server.url, "m")
    assert model.attentions == {"causal"}
    with pytest.raises(InvalidInputError, match="guard vote"):
        model.complete([PROMPT], attention="sparse")


def test_pictures_are_sent_before_their_text(server: Server) -> None:
    server.replies = [says("a red dress")]
    blocks = (PromptBlock("instructions", "look"), PromptBlock("question", "what", image=b"jpeg"))
    (answer,) = OpenAICompatibleModel(server.url, "sees").complete([Prompt(blocks)])
    assert answer.text == "a red dress"
    system, user = server.posts[0]["messages"]
    assert system == {"role": "system", "content": "look"}
    picture, text = user["content"]
    assert picture["image_url"]["url"] == "data:image/jpeg;base64,anBlZw=="
    assert text == {"type": "text", "text": "what"}


def test_a_string_ends_the_answer_also_where_the_server_does_not_know_it(server: Server) -> None:
    server.replies = [
        says("Ada.\nQuestion: And Bob?", "length"),
        streams("Ada.", "\nQues", "tion: And", " Bob?"),
    ]
    model = OpenAICompatibleModel(server.url, "one")
    decoding = Decoding(stop=("\nQuestion",))
    assert model.complete([PROMPT], decoding) == [Completion("Ada.", "stop", 12, 3)]
    assert collect_stream(model.stream(PROMPT, decoding)) == Completion("Ada.", "stop")
    assert [body["stop"] for body in server.posts] == [["\nQuestion"]] * 2
