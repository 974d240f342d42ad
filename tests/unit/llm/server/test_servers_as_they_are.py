"""What servers do that are not OpenAI's, and what comes of it: one case for each behaviour."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from trovato.core import (
    Completion,
    ContentFilterError,
    ContextTooLongError,
    Decoding,
    ModelUnavailableError,
    Prompt,
    PromptBlock,
    Trim,
    collect_stream,
)
from trovato.llm import OpenAICompatibleModel
from trovato.llm.server.waiting import named_pause

PROMPT = Prompt.of("Who wrote it?", ["Ada wrote it."], "Be short.")
TEXT = "Ada wrote it."


@dataclass
class Reply:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Script = Callable[[dict[str, Any], int], Reply]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self._send(Reply(body={"data": [{"id": name} for name in self.server.models]}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        self._send(self.server.script(body, len(self.server.asked)))

    def _send(self, reply: Reply) -> None:
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(text.encode())), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.script: Script = lambda _body, _count: answer()
        self.models = ["writer"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _, body in self.asked]


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def answer(content: Any = TEXT, finish: str = "stop", read: int = 0, **more: Any) -> Reply:
    choice = {"message": {"content": content, **more}, "finish_reason": finish}
    return Reply(body={"choices": [choice], "usage": {"prompt_tokens": read}})


def error(status: int, said: Any, **headers: str) -> Reply:
    return Reply(status, said, {name.replace("_", "-"): value for name, value in headers.items()})


def events(*sent: Any, end: str = "data: [DONE]\r\n\r\n") -> Reply:
    lines = [f"event: message\r\ndata:{json.dumps(one)}\r\n\r\n" for one in sent]
    return Reply(body=": ping\r\n\r\n" + "".join(lines) + end)


def piece(content: str | None, finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": content}, "finish_reason": finish}]}


def unsupported(name: str, words: str = "Unsupported parameter: '{}' is not supported") -> Reply:
    return error(400, {"error": {"message": words.format(name), "param": name}})


def asks(server: Server, **options: Any) -> Completion:
    model = OpenAICompatibleModel(f"{server.url}/v1", "m", **options)
    return model.complete([PROMPT], Decoding(max_tokens=9, seed=3))[0]


def test_a_server_that_wants_other_parameters_gets_them(server: Server) -> None:
    def script(body: dict[str, Any], _: int) -> Reply:
        if "max_tokens" in body:
            return unsupported("max_tokens", "No {}. Use 'max_completion_tokens': unsupported.")
        if body.get("temperature", 1) != 1:
            return unsupported("temperature", "'{}' does not support 0.0, only the default (1)")
        return answer()

    server.script = script
    told: list[str] = []
    model = OpenAICompatibleModel(f"{server.url}/v1", "m", notify=told.append)
    assert model.complete([PROMPT], Decoding(9))[0].text == TEXT
    assert server.bodies[-1]["max_completion_tokens"] == 9
    assert told == ["the server takes no temperature: it is left out"]
    model.complete([PROMPT, PROMPT], Decoding(9))
    assert len(server.asked) == 5  # what was learnt is not asked again


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("seed", {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"]}]}),
        ("seed", {"message": 'Unknown name "seed": Cannot find field.'}),
        ("top_p", {"error": "`temperature` and `top_p` cannot both be specified for this model"}),
    ],
)
def test_a_parameter_that_is_not_known_is_left_out(server: Server, name: str, said: Any) -> None:
    server.script = lambda body, _: error(422, said) if name in body else answer()
    assert asks(server).text == TEXT
    assert server.bodies[-1].keys() == server.bodies[0].keys() - {name}


def test_a_temperature_of_0_becomes_a_small_one_where_0_is_none(server: Server) -> None:
    said = {"error": "Input validation error: `temperature` must be strictly positive"}
    server.script = lambda body, _: answer() if body["temperature"] else error(422, said)
    assert asks(server).text == TEXT
    assert 0 < server.bodies[-1]["temperature"] < 0.1


@pytest.mark.parametrize(
    "said",
    [
        "System role not supported",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Developer instruction is not enabled for models/gemma",
    ],
)
def test_instructions_open_the_users_turn_where_there_is_no_system(
    server: Server, said: str
) -> None:
    def script(body: dict[str, Any], _: int) -> Reply:
        roles = [message["role"] for message in body["messages"]]
        return error(400, {"error": {"message": said}}) if "system" in roles else answer()

    server.script = script
    assert asks(server).text == TEXT
    [turn] = server.bodies[-1]["messages"]
    assert turn["content"] == "Be short.\n\nAda wrote it.\n\nWho wrote it?"
    seen = Prompt((PromptBlock("instructions", "look"), PromptBlock("question", "?", image=b"j")))
    OpenAICompatibleModel(f"{server.url}/v1", "m").complete([seen])
    assert server.bodies[-1]["messages"][0]["content"][0] == {"type": "text", "text": "look"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, {"type": "exceed_context_size_error", "n_ctx": 8192}),
        (400, "the request exceeds the available context size, try increasing it"),
        (422, "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 6029"),
        (400, "'max_tokens' is too large: 256. This model's maximum context length is 2048"),
        (400, "Trying to keep the first 5012 tokens when context the overflows."),
        (500, "input is too large to process. increase the physical batch size"),
        (400, "prompt is too long: 210000 tokens > 200000 maximum"),
        (400, "The input token count (40000) exceeds the maximum number of tokens allowed"),
        (413, "Please reduce the length of the messages or completion."),
    ],
)
def test_a_prompt_too_long_is_told_in_any_servers_words(
    server: Server, status: int, said: Any
) -> None:
    server.script = lambda _body, _count: error(status, {"error": {"message": said}})
    with pytest.raises(ContextTooLongError, match="fewer pages"):
        asks(server)
    assert len(server.asked) == 1


def test_a_prompt_that_was_cut_in_silence_is_told_from_its_count(server: Server) -> None:
    long = Prompt.of("Who?", ["word " * 900])
    for read, trimmed in ((64, (Trim("the prompt", 901, 64),)), (900, ()), (0, ())):
        server.script = lambda _body, _count, read=read: answer(read=read)  # type: ignore[misc]
        [found] = OpenAICompatibleModel(f"{server.url}/v1", "m").complete([long])
        assert found.trimmed == trimmed
    server.script = lambda _body, _count: events(
        piece(TEXT, "stop"), {"choices": None, "usage": {"prompt_tokens": 64}}
    )
    model = OpenAICompatibleModel(f"{server.url}/v1", "m")
    assert collect_stream(model.stream(long)).trimmed == (Trim("the prompt", 901, 64),)


def test_a_model_that_loads_is_waited_for_and_said_so(server: Server) -> None:
    loading = error(503, {"error": {"message": "Loading model"}})
    server.script = lambda _body, count: loading if count < 3 else answer()
    told: list[str] = []
    assert asks(server, retries=0, notify=told.append).text == TEXT
    assert told == [f"waiting: the server at {server.url}/v1 loads its model"] * 2
    server.script = lambda _body, _count: loading
    with pytest.raises(ModelUnavailableError, match="still loading after 0 s"):
        asks(server, start_timeout=0.0)


def test_a_server_says_how_long_to_wait_in_three_ways() -> None:
    now = 1_000_000_000.0
    for headers, wanted in (
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.3"}, 0.3),
        ({"retry-after-ms": "300", "retry-after": "1"}, 0.3),
        ({"retry-after": formatdate(now + 3, usegmt=True)}, 3.0),
        ({"retry-after": formatdate(now - 3, usegmt=True)}, 0.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ):
        assert named_pause(headers, now) == wanted


def test_a_date_to_come_back_at_is_kept(server: Server) -> None:
    busy = error(429, "slow down", Retry_After=formatdate(time.time() + 2, usegmt=True))
    server.script = lambda _body, count: busy if count == 1 else answer()
    begun = time.monotonic()
    assert asks(server).text == TEXT
    assert time.monotonic() - begun > 0.9  # dates have whole seconds


@pytest.mark.parametrize(
    ("said", "headers"),
    [("quota exceeded", {"Retry_After": "86400"}), ({"type": "insufficient_quota"}, {})],
)
def test_nobody_waits_for_a_quota(server: Server, said: Any, headers: dict[str, str]) -> None:
    server.script = lambda _body, _count: error(429, said, **headers)
    with pytest.raises(ModelUnavailableError, match=r"429: (it asks to wait \(86400\): )?.*quota"):
        asks(server)
    assert len(server.asked) == 1


def test_a_redirect_is_followed_on_the_same_server_alone(server: Server) -> None:
    moved = error(307, "", Location="/new/v1/chat/completions")
    server.script = lambda _body, count: moved if count == 1 else answer()
    assert asks(server).text == TEXT
    assert server.asked[-1] == ("/new/v1/chat/completions", server.bodies[0])
    server.script = lambda _body, _count: moved
    with pytest.raises(ModelUnavailableError, match="refused with 307"):
        asks(server)


def test_the_first_model_that_writes_is_taken(server: Server) -> None:
    server.models = ["nomic-embed-text:latest", "BAAI/bge-m3", "llama3.1:8b"]
    OpenAICompatibleModel(f"{server.url}/v1").complete([PROMPT])
    assert server.bodies[0]["model"] == "llama3.1:8b"
    server.models = ["nomic-embed-text"]
    with pytest.raises(ModelUnavailableError, match=r"it has nomic-embed-text\); name one"):
        OpenAICompatibleModel(f"{server.url}/v1").complete([PROMPT])


def test_a_model_that_is_not_there_is_told_with_those_that_are(server: Server) -> None:
    server.script = lambda _body, _count: error(404, {"error": 'model "m" not found'})
    with pytest.raises(ModelUnavailableError, match="the server has the models writer"):
        asks(server)


def test_an_address_without_its_version_is_told(server: Server) -> None:
    server.script = lambda _body, _count: error(404, "page not found")
    with pytest.raises(ModelUnavailableError, match=rf"did you mean {server.url}/v1\?"):
        OpenAICompatibleModel(server.url, "m").complete([PROMPT])
    for path in ("/v1/", "/v1/chat/completions", "/v1/chat/completions/"):
        server.script = lambda _body, _count: answer()
        OpenAICompatibleModel(server.url + path, "m").complete([PROMPT])
        assert server.asked[-1][0] == "/v1/chat/completions"


def test_this_machine_is_never_asked_through_a_proxy(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert asks(server, retries=0).text == TEXT
    assert OpenAICompatibleModel(server.url.replace("127.0.0.1", "localhost"), "m").complete(
        [PROMPT]
    )
    with pytest.raises(ModelUnavailableError, match="out of reach"):
        OpenAICompatibleModel("http://server.invalid/v1", "m", retries=0).complete([PROMPT])


def test_text_in_parts_is_read_without_thoughts(server: Server) -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    server.script = lambda _body, _count: answer([thought, {"type": "text", "text": TEXT}])
    assert asks(server).text == TEXT


@pytest.mark.parametrize("content", [None, ""])
def test_a_model_that_only_thought_has_no_answer_and_was_cut(server: Server, content: Any) -> None:
    server.script = lambda _body, _count: answer(content, "length", reasoning_content="Let me …")
    found = asks(server)
    assert (found.text, found.finish) == ("", "length")


def test_a_refusal_is_an_outcome_with_its_words(server: Server) -> None:
    server.script = lambda _body, _count: answer(None, refusal="I cannot help with that.")
    with pytest.raises(ContentFilterError, match="I cannot help with that"):
        asks(server)


@pytest.mark.parametrize(
    "reply",
    [
        events(piece("Ada wrote"), piece(" it.", "stop"), end=""),
        events(piece(TEXT), piece(None, "stop"), {"choices": None, "usage": {}}),
        events({"choices": [], "prompt_filter_results": []}, piece(TEXT), {"usage": {}}),
        Reply(body=answer().body, headers={"Content-Type": "application/json; charset=utf-8"}),
    ],
)
def test_a_stream_is_read_as_servers_send_it(server: Server, reply: Reply) -> None:
    server.script = lambda _body, _count: reply
    model = OpenAICompatibleModel(f"{server.url}/v1", "m")
    assert "".join(model.stream(PROMPT)) == TEXT


def test_a_stream_without_an_end_is_no_answer(server: Server) -> None:
    server.script = lambda _body, _count: events(piece("Ada wro"), end="")
    with pytest.raises(ModelUnavailableError, match="broke off"):
        list(OpenAICompatibleModel(f"{server.url}/v1", "m").stream(PROMPT))


def test_a_stream_tells_how_it_ended(server: Server) -> None:
    server.script = lambda _body, _count: events(piece("Ada wro", "length"))
    model = OpenAICompatibleModel(f"{server.url}/v1", "m")
    assert collect_stream(model.stream(PROMPT)) == Completion("Ada wro", "length")


def test_a_server_that_counts_no_stream_is_asked_without_the_count(server: Server) -> None:
    server.script = lambda body, _: (
        unsupported("stream_options") if "stream_options" in body else events(piece(TEXT, "stop"))
    )
    assert "".join(OpenAICompatibleModel(f"{server.url}/v1", "m").stream(PROMPT)) == TEXT


def test_several_prompts_are_asked_at_the_same_time_and_answered_in_order(server: Server) -> None:
    together = threading.Barrier(8)

    def script(body: dict[str, Any], _: int) -> Reply:
        if body["messages"][-1]["content"] != "question 0":  # which shows how the server answers
            together.wait(timeout=30)  # nobody is answered before all have asked
        return answer(body["messages"][-1]["content"])

    server.script = script
    prompts = [Prompt.of(f"question {number}", []) for number in range(9)]
    found = OpenAICompatibleModel(f"{server.url}/v1", "m", parallel=8).complete(prompts)
    assert [one.text for one in found] == [f"question {number}" for number in range(9)]


def test_a_silent_server_is_told_with_what_to_do(server: Server) -> None:
    def script(_body: dict[str, Any], _count: int) -> Reply:
        time.sleep(0.3)
        return answer()

    server.script = script
    with pytest.raises(ModelUnavailableError, match=r"sent nothing for 0\.1 s .*--llm-timeout"):
        asks(server, timeout=0.1)
    assert asks(server, timeout=5.0).text == TEXT


def test_a_key_that_comes_back_in_an_answer_is_hidden(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    server.script = lambda _body, _count: answer("Headers: Bearer sk-secret, http://ada@host/")
    assert asks(server, key_variable="MY_KEY").text == "Headers: Bearer [hidden], http://ada@host/"
