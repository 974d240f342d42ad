"""`trovato ask` from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.core import Box, LanguageModel, ModelUnavailableError
from trovato.library import Library
from trovato.llm import ScriptedModel
from trovato.testing.models.tiny_llm import save_tiny_llm

QUESTION = "When did the harbour open?"
TEXTS = {
    "harbour": "The harbour opened in 1871. Ships unload timber there.",
    "guide": "Visitors like the old harbour. The harbour opened in 1871.",
    "rumour": "Some people say otherwise. The harbour opened in 1950.",
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["ask", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ask")
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    with Library.create(folder / "c.trovato") as library:
        library.add([folder / f"{name}.txt" for name in TEXTS])
    return folder / "c.trovato"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """Answers with the year of the first passage, and names it."""
    scripted = ScriptedModel(
        lambda prompt, _: (
            f"It opened in 1950 {prompt.documents[0].text[8:13]}."
            if "1950" in prompt.documents[0].text
            else f"It opened in 1871 {prompt.documents[0].text[8:13]}."
        )
    )

    def opened(llm: str, *_: object, **__: object) -> LanguageModel | None:
        return scripted if llm else None

    monkeypatch.setattr("trovato.library.llm_options.open_model", opened)
    return scripted


def test_the_best_sentence_is_cited_on_its_page(town: Path) -> None:
    result = run(town, QUESTION)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("The harbour opened in 1871.\n(best sentence, no language")
    assert "[1] " in result.output


def test_json_holds_places_and_boxes(town: Path) -> None:
    document = json.loads(run(town, QUESTION, "--json", "--explain").output)
    assert document["text"] == "The harbour opened in 1871."
    cited = document["citations"][0]
    assert cited["quote"] == "The harbour opened in 1871."
    assert cited["item"]["page"] == 1
    assert cited["item"]["file"] in {"harbour.txt", "guide.txt"}
    box = Box(**cited["regions"][0]["box"])
    assert box.right > box.left >= 0
    assert len(document["sources"]) == 3
    assert all(source["alone"] for source in document["sources"])


def test_a_vote_is_explained(town: Path) -> None:
    result = run(town, QUESTION, "--guard", "vote", "--explain")
    assert result.exit_code == 0, result.output
    assert (
        "votes: 2 for The harbour opened in 1871.; 1 for The harbour opened in 1950."
        in " ".join(result.output.split())
    )
    assert "the vote stands against 0 poisoned pages" in result.output


def test_of_many_votes_the_first_are_shown(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trovato.cli.collection.ask._VOTES", 1)
    result = run(town, QUESTION, "--guard", "vote", "--explain")
    assert "votes: 2 for The harbour opened in 1871.; 1 more\n" in result.output


def test_a_model_reads_as_the_guard_says(town: Path, model: ScriptedModel) -> None:
    result = run(town, QUESTION, "--llm", "hf:any", "--guard", "ragdefender+sdag-parallel")
    assert result.exit_code == 0, result.output
    assert "(scripted, guarded by ragdefender+sdag-parallel)" in result.output
    assert model.asked[-1][1] == "sparse-parallel"
    assert "[1]." not in result.output


def test_perplexity_needs_a_model_that_can_be_looked_into(town: Path, model: ScriptedModel) -> None:
    for llm in ((), ("--llm", "http://localhost:1/v1")):
        result = run(town, QUESTION, *llm, "--guard", "perplexity")
        assert result.exit_code == 1
        assert "in this process" in result.output


@pytest.mark.needs("torch")
def test_perplexity_looks_into_a_model_in_this_process(town: Path, tmp_path: Path) -> None:
    folder = save_tiny_llm(tmp_path)
    guarded = ("--llm", f"hf:{folder}", "--guard", "perplexity+vote", "--max-tokens", "2", "--json")
    result = run(town, QUESTION, *guarded)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["guards"] == ["perplexity", "vote"]
    # The bound is found on the same three pages, of which it keeps all: 95 % of three.
    assert [source["dropped_by"] for source in document["sources"]] == [""] * 3


def test_words_are_streamed(town: Path, model: ScriptedModel) -> None:
    result = run(town, QUESTION, "--llm", "hf:any", "--stream", "--max-tokens", "3")
    assert result.output.startswith("It opened in\n")


def test_where_words_stop_midway_the_error_has_its_own_line(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(ScriptedModel):
        def stream(self, *_: object) -> Iterator[str]:
            yield "It opened"
            raise ModelUnavailableError("the server is gone")

    monkeypatch.setattr("trovato.library.llm_options.open_model", lambda *_, **__: Gone({}))
    result = run(town, QUESTION, "--llm", "hf:any", "--stream")
    assert result.exit_code == 1
    assert result.output == "It opened\nError: the server is gone\n"


def test_each_page_alone_is_asked_to_explain(town: Path, model: ScriptedModel) -> None:
    result = run(town, QUESTION, "--llm", "hf:any", "--explain")
    assert "It opened in 1950." in " ".join(result.output.split())
    assert sorted(len(prompt.documents) for prompt, _ in model.asked) == [1, 1, 1, 3]


def test_cited_pages_are_drawn(town: Path, tmp_path: Path) -> None:
    result = run(town, QUESTION, "--save", tmp_path / "out", "--json")
    pictures = json.loads(result.output)["pictures"]
    assert pictures
    assert all(Path(picture).stat().st_size > 1000 for picture in pictures)


@pytest.mark.parametrize("guard", ["none", "vote", "ragdefender+vote", "keyword", "sdag"])
def test_where_no_page_is_found_nobody_is_asked(
    town: Path, model: ScriptedModel, guard: str
) -> None:
    for options in (("--explain",), ("--explain", "--stream"), ("--json",)):
        for named in ((), ("--llm", "hf:any")):
            if guard == "sdag" and not named:
                continue
            wanted = (*named, "--filter", "path:none*", "--guard", guard, *options)
            result = run(town, QUESTION, *wanted)
            assert result.exit_code == 0, result.output
            if "--json" in options:
                assert json.loads(result.output)["sources"] == []
            else:
                assert result.output.strip() == "No page was found for this question."
    assert model.asked == []


def test_pages_without_an_answer_say_so(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = ScriptedModel(lambda prompt, _: "")
    monkeypatch.setattr("trovato.library.llm_options.open_model", lambda *_, **__: silent)
    result = run(town, QUESTION, "--llm", "hf:any")
    assert result.output.startswith("No answer was found in the pages.\n(scripted)")


@pytest.mark.parametrize("options", [(), ("--stream",), ("--explain",), ("--guard", "vote")])
def test_an_answer_gives_the_terminal_no_orders(
    town: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    sly = ScriptedModel(lambda prompt, _: "In 1871.\x1b]0;gone\x07\x9b2J\r\x08 \u202fnever")
    monkeypatch.setattr("trovato.library.llm_options.open_model", lambda *_, **__: sly)
    result = run(town, QUESTION, "--llm", "hf:any", *options, "--explain")
    assert result.exit_code == 0, result.output
    assert "In 1871.]0;gone2J \u202fnever" in " ".join(result.output.split(" "))
    assert not set(result.output) & set("\x1b\x07\x9b\r\x08")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--guard", "sdag"), "needs a language model|name one"),
        (("--guard", "moat"), "a guard is made of filters"),
        (("--llm", "gpt"), "hf:FOLDER, gguf:FILE or http"),
        pytest.param(
            ("--llm", "hf:/nowhere/at/all"), "no folder", marks=pytest.mark.needs("torch")
        ),
        (("-k", "0"), "at least 1 page"),
        (("--temperature", "-1"), "temperature"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    town: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run(town, QUESTION, *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert any(part in result.output for part in message.split("|")), result.output


def test_a_collection_that_is_not_there_and_a_blank_question(town: Path, tmp_path: Path) -> None:
    assert "Error: " in run(tmp_path / "none", QUESTION).output
    assert "blank" in run(town, "  ").output
