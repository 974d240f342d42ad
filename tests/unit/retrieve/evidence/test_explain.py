"""Why a page was found: the words, the passages, and where they stand."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import Box, PageEvidence, TextLayout
from trovato.retrieve import explain, regions_of
from trovato.testing import WordEncoder

FILLER = [f"filler{number}" for number in range(200)]
WIDTH, HEIGHT = 600.0, 800.0


def layout_of(words: list[str], per_line: int = 10) -> TextLayout:
    """Words in lines of ten, 12 points high and 20 apart, the first at (10, 10)."""
    spans, boxes, start = [], [], 0
    for place, word in enumerate(words):
        spans.append((start, start + len(word)))
        start += len(word) + 1
        line, column = divmod(place, per_line)
        boxes.append((10 + 50 * column, 10 + 20 * line, 50 + 50 * column, 22 + 20 * line))
    return TextLayout(WIDTH, HEIGHT, np.array(spans, np.int32), np.array(boxes, np.float32))


def explained(words: list[str], question: str, layout: TextLayout | None = None) -> PageEvidence:
    encoder, text = WordEncoder(128), " ".join(words)
    return explain(
        text,
        layout or layout_of(words),
        encoder.encode_query(text),
        question,
        encoder.encode_query(question),
    )


def marked(evidence: PageEvidence) -> list[str]:
    return [evidence.snippet[start:end] for start, end in evidence.marks]


def test_the_words_that_met_are_marked_and_stop_words_are_not() -> None:
    found = explained(["The", "old", "harbour", "opened", "in", "1871."], "When is the Harbour in?")
    assert found.snippet == "The old harbour opened in 1871."
    assert marked(found) == ["harbour"]
    assert [(match.query, match.found) for match in found.matches] == [("Harbour", "harbour")]
    assert found.matches[0].score == pytest.approx(1, abs=1e-3)
    assert (found.matches[0].start, found.matches[0].end) == (8, 15)
    assert [(word.text, word.weight) for word in found.heat] == [("harbour", 1.0)]


def test_a_passage_is_framed_from_its_first_to_its_last_match() -> None:
    words = [*FILLER[:52], "salt", "of", "the", "harbour", *FILLER[56:100]]
    found = explained(words, "harbour salt")
    (region,) = found.regions
    assert region.text == "salt of the harbour"
    assert region.box == Box(110.0, 110.0, 300.0, 122.0)
    assert region.weight == 1.0
    assert "salt of the harbour" in found.snippet
    assert len(found.snippet.split()) == 36
    assert marked(found) == ["salt", "harbour"]


def test_passages_come_best_first_and_three_at_most() -> None:
    words = list(FILLER)
    for place in (5, 60, 110, 170):
        words[place : place + 2] = ["salt", "sea"]
    words[62] = "harbour"
    found = explained(words, "harbour salt sea")
    assert [region.text for region in found.regions] == ["salt sea harbour", "salt sea", "salt sea"]
    first, *others = (region.weight for region in found.regions)
    assert first == 1.0
    assert others == pytest.approx([2 / 3, 2 / 3])
    assert len(found.heat) == 9
    assert "harbour" in found.snippet


def test_a_passage_is_a_whole_sentence() -> None:
    said = "The wall is old. It keeps the salt out of the harbour since 1871. Nobody knows more."
    found = explained(said.split(), "salt harbour")
    assert [region.text for region in found.regions] == [
        "It keeps the salt out of the harbour since 1871."
    ]
    assert found.snippet.startswith("It keeps the salt")
    assert found.snippet.endswith("Nobody knows more.")


def test_two_windows_in_one_sentence_are_one_passage() -> None:
    said = ["Salt", *FILLER[:33], "harbour", "salt", *FILLER[33:50], "end."]
    found = explained(said, "salt harbour")
    assert len(found.regions) == 1
    assert found.regions[0].text == " ".join(said)


def test_one_word_is_marked_and_is_no_passage() -> None:
    found = explained(["Harbour.", "Nobody", "knows", "more", "than", "that."], "harbour")
    assert found.regions == ()
    assert [word.text for word in found.heat] == ["Harbour."]
    assert found.snippet.startswith("Harbour. Nobody")


@pytest.mark.parametrize("next_line", [10.0, 300.0])  # above, as in the next column, or far below
def test_a_passage_that_goes_on_elsewhere_has_two_frames(next_line: float) -> None:
    words = ["salt", "harbour", "salt", "sea"]
    edges = [[10.0, 200.0, 50.0, 212.0], [60.0, 200.0, 90.0, 212.0]]
    edges += [[left, next_line, left + 40, next_line + 12] for left in (310, 360)]
    boxes = np.array(edges, np.float32)
    spans = layout_of(words).spans
    found = explained(words, "salt harbour", TextLayout(WIDTH, HEIGHT, spans, boxes))
    assert [region.text for region in found.regions] == ["salt harbour", "salt sea"]
    assert [region.box.top for region in found.regions] == [200.0, next_line]


def test_a_frame_ends_with_the_page() -> None:
    words, spans = ["salt", "sea"], np.array([[0, 4], [5, 8]], np.int32)
    boxes = np.array([[-5, 10, 50, 22], [20, 10, 25, 22]], np.float32)
    (region,) = explained(words, "salt sea", TextLayout(30.0, 15.0, spans, boxes)).regions
    assert region.box == Box(0.0, 10.0, 30.0, 15.0)


@pytest.mark.parametrize("question", ["the of", "?!"])
def test_where_nothing_is_asked_the_page_is_shown_from_its_beginning(question: str) -> None:
    found = explained(FILLER[:60], question)
    assert found.snippet == " ".join(FILLER[:36])
    assert (found.marks, found.regions, found.heat, found.matches) == ((), (), (), ())


def test_words_that_meet_nothing_have_no_frame() -> None:
    found = explained(["apples", "ripen"], "harbour")
    assert (found.regions, found.heat, found.marks) == ((), (), ())
    assert found.snippet == "apples ripen"


def test_some_characters_have_the_places_of_the_words_they_touch() -> None:
    words = ["one", "two", "three", "four"]
    text, layout = " ".join(words), layout_of(words, per_line=2)
    (whole,) = regions_of(text, layout, 0, len(text))
    assert whole.text == text
    assert whole.box == Box(10.0, 10.0, 100.0, 42.0)
    (part,) = regions_of(text, layout, 5, 9)  # within "two" to within "three"
    assert (part.text, part.weight) == ("two three", 1.0)
    assert regions_of(text, layout, 3, 4) == ()  # the space
    assert regions_of(text, layout, 90, 99) == ()
    assert regions_of(text, TextLayout.empty(WIDTH, HEIGHT), 0, 4) == ()
