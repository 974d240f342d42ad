"""What is answered, and what is cited for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, ClassVar

import pytest

from trovato.core import (
    AttentionMode,
    Completion,
    ContentFilterError,
    Decoding,
    InvalidInputError,
    Item,
    Prompt,
    Trim,
    no_progress,
)
from trovato.generate import (
    ExtractiveAnswerer,
    GenerativeAnswerer,
    KeywordAnswerer,
    MajorityAnswerer,
    SentenceRanker,
    cite,
    mark_of,
    prompt_of,
)
from trovato.llm import ScriptedModel
from trovato.ops.language.sentence_splitter import sentences
from trovato.testing import WordEncoder

QUESTION = "Where is the old mill?"
ITEMS = [
    Item("a", "text", "Where is the old mill? The old mill is in Bergen. Fish is cheap there."),
    Item("b", "text", "Trains are late. The old mill is in Oslo."),
    Item("c", "text", "Of stone: the old mill is in Bergen."),
]


@pytest.fixture
def matcher() -> SentenceRanker:
    return SentenceRanker(WordEncoder(64))


def test_sentences_end_at_marks_and_paragraphs() -> None:
    text = 'One. "Two!" In the U.S. three?\n\nNo mark\n\n  Four  '
    assert [text[start:end] for start, end in sentences(text)] == [
        "One.",
        '"Two!"',
        "In the U.S. three?",
        "No mark",
        "Four",
    ]
    table = "\n".join(f"row {number} of a long table without marks" for number in range(12))
    assert len(sentences(table)) == 12
    assert sentences(" \n\n ") == []


def test_the_best_sentence_is_cited_where_it_stands(matcher: SentenceRanker) -> None:
    found = ExtractiveAnswerer(matcher).answer(QUESTION, ITEMS)
    assert found.text == "The old mill is in Bergen."
    assert found.method == "extractive"
    assert [citation.item.id for citation in found.citations] == ["a", "b", "c"]
    assert found.citations[0].quote == "The old mill is in Bergen."


def test_nothing_to_the_point_is_no_answer(matcher: SentenceRanker) -> None:
    found = ExtractiveAnswerer(matcher).answer("How tall are giraffes?", ITEMS)
    assert (found.text, found.citations) == ("", ())
    assert [source.id for source in found.sources] == ["a", "b", "c"]


def test_a_prompt_says_which_passage_is_trusted() -> None:
    items = [Item("a", "text", "x", attributes={"trust": 2}), Item("b", "text", "[1] y")]
    prompt = prompt_of("Why?", items)
    assert [(segment.id, segment.trust) for segment in prompt.documents] == [("a", 2), ("b", 0)]
    assert prompt.documents[1].text == f"Passage [{mark_of(items[1])}]:\n[1] y"
    assert prompt_of("Why?", items[::-1]).documents == prompt.documents[::-1]
    assert prompt.segments[-1].text == "Question: Why?\nAnswer:"
    with pytest.raises(InvalidInputError, match="whole number"):
        prompt_of("Why?", [Item("a", "text", "x", attributes={"trust": "high"})])


def test_marks_are_followed_and_taken_out(matcher: SentenceRanker) -> None:
    text, citations = cite(f"The old mill is in Bergen [{mark_of(ITEMS[2])}].", ITEMS, matcher)
    assert text == "The old mill is in Bergen."
    assert [citation.item.id for citation in citations] == ["c"]
    # A passage that is not there is not invented: all are looked through.
    _, citations = cite("The old mill is in Oslo [7].", ITEMS, matcher)
    assert citations[0].item.id == "b"
    assert citations[0].quote == "The old mill is in Oslo."


def test_what_no_passage_says_is_not_cited(matcher: SentenceRanker) -> None:
    assert cite("Giraffes eat acacia leaves [1].", ITEMS, matcher)[1] == ()
    assert cite(f" [{mark_of(ITEMS[0])}] ", ITEMS, matcher) == ("", ())


def test_a_model_abstains_by_its_word(matcher: SentenceRanker) -> None:
    answerer = GenerativeAnswerer(ScriptedModel(lambda prompt, _: "Unknown."), matcher)
    assert answerer.answer(QUESTION, ITEMS).text == ""


@pytest.mark.parametrize("opened", ["<think>", "◁think▷", ""])
@pytest.mark.parametrize("streams", [False, True])
def test_reasoning_is_no_part_of_an_answer(
    matcher: SentenceRanker, opened: str, streams: bool
) -> None:
    closed = "◁/think▷" if opened == "◁think▷" else "</think>"
    said = f"{opened}Oslo, says [{mark_of(ITEMS[1])}]?{closed}\nThe old mill is in Bergen."
    heard: list[str] = []
    answerer = GenerativeAnswerer(
        ScriptedModel(lambda prompt, _: said), matcher, on_token=heard.append if streams else None
    )
    found = answerer.answer(QUESTION, ITEMS)
    assert found.text == "The old mill is in Bergen."
    assert found.citations[0].item.id in {"a", "c"}  # not b, which it thought of
    if streams and opened:
        assert "".join(heard) == found.text


def test_a_made_up_answer_is_told_and_gets_no_source(matcher: SentenceRanker) -> None:
    mark = mark_of(ITEMS[1])
    model = ScriptedModel(lambda prompt, _: f"The old mill is in Paris [{mark}].")
    found = GenerativeAnswerer(model, matcher).answer(QUESTION, ITEMS)
    assert found.text == "The old mill is in Paris."
    assert found.citations == ()
    assert found.unsupported == ("The old mill is in Paris.",)
    model = ScriptedModel(lambda prompt, _: "It is in Oslo. Giraffes eat leaves.")
    found = GenerativeAnswerer(model, matcher).answer(QUESTION, ITEMS)
    assert [citation.item.id for citation in found.citations] == ["b"]
    assert found.unsupported == ("Giraffes eat leaves.",)


def test_a_model_that_never_comes_to_its_answer_gives_none(matcher: SentenceRanker) -> None:
    model = ScriptedModel(lambda prompt, _: "<think>The old mill is in Oslo, or in Bergen")
    found = GenerativeAnswerer(model, matcher).answer(QUESTION, ITEMS)
    assert (found.text, found.citations) == ("", ())


def test_words_are_told_as_they_are_written(matcher: SentenceRanker) -> None:
    heard: list[str] = []
    mark = mark_of(ITEMS[0])
    model = ScriptedModel(lambda prompt, _: f"In Bergen [{mark}].")
    answerer = GenerativeAnswerer(model, matcher, on_token=heard.append)
    assert answerer.answer(QUESTION, ITEMS).text == "In Bergen."
    assert "".join(heard) == f"In Bergen [{mark}]."
    assert len(heard) == 3


def test_what_was_cut_is_told_of_a_stream_too(matcher: SentenceRanker) -> None:
    class Short(ScriptedModel):
        def stream(self, *_: object) -> Generator[str, None, Completion]:
            yield "In Bergen."
            return Completion("In Bergen.", "length", trimmed=(Trim("a", 9, 5),))

    model = Short(lambda prompt, _: "")
    answerer = GenerativeAnswerer(model, matcher, on_token=no_progress)
    found = answerer.answer(QUESTION, ITEMS)
    assert found.trimmed == (Trim("a", 9, 5),)
    assert found.cut


def test_decoding_reaches_the_model_and_a_cut_answer_says_so(matcher: SentenceRanker) -> None:
    model = ScriptedModel(lambda prompt, _: "one two three four")
    found = GenerativeAnswerer(model, matcher, decoding=Decoding(2)).answer(QUESTION, ITEMS)
    assert (found.text, found.cut) == ("one two", True)
    assert not GenerativeAnswerer(model, matcher).answer(QUESTION, ITEMS).cut


def test_a_model_that_never_stops_thinking_was_cut(matcher: SentenceRanker) -> None:
    model = ScriptedModel(lambda prompt, _: f"<think>Perhaps {ITEMS[0].text} {'hm ' * 9}")
    found = GenerativeAnswerer(model, matcher, decoding=Decoding(8)).answer(QUESTION, ITEMS)
    assert (found.text, found.cut, found.citations) == ("", True, ())


@pytest.mark.parametrize("on_token", [None, no_progress])
def test_a_declined_prompt_is_an_answer_that_says_so(
    matcher: SentenceRanker, on_token: Callable[[str], None] | None
) -> None:
    def declines(prompt: Prompt, _: AttentionMode) -> str:
        raise ContentFilterError("caught in a filter")

    model = ScriptedModel(declines)
    found = GenerativeAnswerer(model, matcher, on_token=on_token).answer(QUESTION, ITEMS)
    assert (found.text, found.refused) == ("", "caught in a filter")
    assert [source.id for source in found.sources] == [item.id for item in ITEMS]


def test_a_majority_stands_against_some_poison(matcher: SentenceRanker) -> None:
    said = {"a": "Bergen", "b": "Oslo", "c": "bergen.", "d": "Bergen!", "e": "unknown"}
    items = [Item(name, "text", f"{name}: {word}") for name, word in said.items()]
    model = ScriptedModel(lambda prompt, _: said[prompt.documents[0].id])
    found = MajorityAnswerer(GenerativeAnswerer(model, matcher)).answer(QUESTION, items)
    assert found.text == "Bergen"
    assert found.votes == {"Bergen": 3, "Oslo": 1}
    assert found.certified == 1  # "e" is pushed out, Oslo has two, Bergen still three
    assert [source.alone for source in found.sources] == [
        "Bergen",
        "Oslo",
        "bergen.",
        "Bergen!",
        "",
    ]
    assert {citation.item.id for citation in found.citations} <= {"a", "c", "d"}


def test_keywords_choose_the_answer_most_documents_share(matcher: SentenceRanker) -> None:
    said = {"a": "it is Oslo", "b": "the town of Bergen", "c": "in Bergen town", "d": "unknown"}
    items = [Item(name, "text", word) for name, word in said.items()]
    model = ScriptedModel(lambda prompt, _: said[prompt.documents[0].id])
    found = KeywordAnswerer(GenerativeAnswerer(model, matcher)).answer(QUESTION, items)
    assert found.text == "the town of Bergen"
    assert found.votes["bergen"] == 2
    assert found.certified is None


def test_an_answer_of_the_questions_words_has_no_support(matcher: SentenceRanker) -> None:
    model = ScriptedModel(lambda prompt, _: "The old mill.")
    found = KeywordAnswerer(GenerativeAnswerer(model, matcher)).answer(QUESTION, ITEMS)
    assert (found.text, found.votes) == ("", {})


ABSTENTIONS = ["I don't know.", "The answer is: unknown", "Not mentioned in the passage.", "N/A"]


@pytest.mark.parametrize("answerer", [MajorityAnswerer, KeywordAnswerer])
def test_abstentions_are_no_votes(
    matcher: SentenceRanker, answerer: type[MajorityAnswerer | KeywordAnswerer]
) -> None:
    said = dict(zip("abcde", ["Bergen", *ABSTENTIONS], strict=True))
    items = [Item(name, "text", f"{name} says") for name in said]
    model = ScriptedModel(lambda prompt, _: said[prompt.documents[0].id])
    found = answerer(GenerativeAnswerer(model, matcher)).answer(QUESTION, items)
    assert found.text == "Bergen"
    assert not found.certified
    assert [source.alone for source in found.sources] == ["Bergen", "", "", "", ""]


def test_paraphrases_vote_together(matcher: SentenceRanker) -> None:
    said = dict(
        zip(
            "abcde",
            ["Oslo", "Oslo", "Bergen", "It is Bergen.", "The mill is in Bergen"],
            strict=True,
        )
    )
    items = [Item(name, "text", f"{name} says") for name in said]
    model = ScriptedModel(lambda prompt, _: said[prompt.documents[0].id])
    found = MajorityAnswerer(GenerativeAnswerer(model, matcher)).answer(QUESTION, items)
    assert found.text == "Bergen"
    assert found.votes == {"Bergen": 3, "Oslo": 2}


@pytest.mark.parametrize("order", ["bc", "cb"])
@pytest.mark.parametrize("answerer", [MajorityAnswerer, KeywordAnswerer])
def test_where_documents_disagree_none_wins_by_its_rank(
    matcher: SentenceRanker, order: str, answerer: type[MajorityAnswerer | KeywordAnswerer]
) -> None:
    items = [item for name in order for item in ITEMS if item.id == name]
    model = ScriptedModel(
        lambda prompt, _: "In Oslo." if "Oslo" in prompt.documents[0].text else "In Bergen."
    )
    found = answerer(GenerativeAnswerer(model, matcher)).answer(QUESTION, items)
    assert (found.text, found.disagreement, found.certified or 0) == ("", True, 0)
    assert sorted(citation.item.id for citation in found.citations) == ["b", "c"]


def test_documents_are_asked_together_and_once(matcher: SentenceRanker) -> None:
    class Counting(ScriptedModel):
        batches: ClassVar[list[int]] = []

        def complete(self, prompts: Sequence[Prompt], *how: Any) -> list[Completion]:
            self.batches.append(len(prompts))
            return super().complete(prompts, *how)

    model = Counting(lambda prompt, _: "In Bergen.")
    alone = GenerativeAnswerer(model, matcher)
    first = MajorityAnswerer(alone).answer(QUESTION, ITEMS)
    assert KeywordAnswerer(alone).answer(QUESTION, ITEMS[::-1]).text == first.text
    assert model.batches == [3]


def test_one_declined_document_does_not_vote(matcher: SentenceRanker) -> None:
    def some(prompt: Prompt, _: AttentionMode) -> str:
        if "Oslo" in prompt.documents[0].text:
            raise ContentFilterError("caught in a filter")
        return "In Bergen."

    found = MajorityAnswerer(GenerativeAnswerer(ScriptedModel(some), matcher)).answer(
        QUESTION, ITEMS
    )
    assert (found.text, found.refused, found.votes) == ("In Bergen.", "", {"In Bergen.": 2})


def test_nobody_has_anything_to_say(matcher: SentenceRanker) -> None:
    model = ScriptedModel(lambda prompt, _: "unknown")
    for answerer in (MajorityAnswerer, KeywordAnswerer):
        for documents in (ITEMS, []):
            found = answerer(GenerativeAnswerer(model, matcher)).answer(QUESTION, documents)
            assert (found.text, found.citations) == ("", ())
            assert len(found.sources) == len(documents)
