"""What a model only thought is no part of its answer, however it marks it."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.evaluate import is_accurate, is_attacked
from trovato.ops import told_without_reasoning, without_reasoning

TAGS = [
    ("<think>", "</think>"),
    ("<THINK>", "</Think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<analysis>", "</analysis>"),
    ("< think >", "</ think >"),
    ("<seed:think>", "</seed:think>"),
    ("<think effort=3>", "</think>"),
    ("<thought_process>", "</thought_process>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|thinking|>", "<|/thinking|>"),
    ("◁think▷", "◁/think▷"),
    ("[THINK]", "[/THINK]"),
]


@pytest.mark.parametrize(("opened", "closed"), TAGS)
def test_blocks_are_cut_however_they_are_spelt(opened: str, closed: str) -> None:
    for said, wanted in {
        f"{opened}Paris?\nNo.{closed}\nLondon": "London",
        f"London{opened}or Paris?{closed}": "London",
        f"maybe Paris? no{closed}London": "London",  # the template opened it
        f"London {opened}or Paris": "London",  # never closed
        f"{opened}Paris": "",
        f"{opened}a{closed}West{opened}b{closed}London": "West London",
        f"{opened}a{opened}b{closed}c{closed}London": "London",
        f"West {opened}a{opened}b{closed}c{closed}London": "West  London",
        f"a{opened}b{closed}c{closed}London": "London",
        f"a{closed}b{closed}London": "London",
    }.items():
        assert without_reasoning(said) == wanted, said
        assert is_accurate(said, ["London"]) is ("London" in wanted)
        assert not is_attacked(said, "Paris")


@pytest.mark.parametrize(
    "said", ["I think so", "<b>Paris</b>", "a < think", "", "[a1] thinks", "the tag `<think>`"]
)
def test_nothing_else_is_cut(said: str) -> None:
    assert without_reasoning(said) == said


PIECES = st.lists(
    st.sampled_from(["<think>", "</think>", "<th", "ink>", "</", "a", " b", "<", "\n"])
)


@given(PIECES)
def test_no_tag_is_left_and_cutting_twice_changes_nothing(pieces: list[str]) -> None:
    once = without_reasoning("".join(pieces))
    assert without_reasoning(once) == once
    assert "<think>" not in once
    assert "</think>" not in once


def told(pieces: list[str]) -> str:
    heard: list[str] = []
    on_token = told_without_reasoning(heard.append)
    for piece in pieces:
        on_token(piece)
    return "".join(heard)


@given(st.lists(st.sampled_from(["<think>why</think>", "a", " b", "<c>", "\n", "[d]"])), st.data())
def test_a_listener_is_told_the_answer_whatever_the_pieces(
    parts: list[str], data: st.DataObject
) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))) | {0, len(text)})
    pieces = [text[start:end] for start, end in pairwise(cuts)]
    assert told(pieces).rstrip() == without_reasoning(text)


def test_pieces_come_as_they_are_where_nothing_is_thought() -> None:
    heard: list[str] = []
    on_token = told_without_reasoning(heard.append)
    for piece in ("In ", "Bergen", "\n", "[1]."):
        on_token(piece)
    assert heard == ["In ", "Bergen", "\n", "[1]."]


def test_an_answer_begins_anew_where_a_block_was_never_opened() -> None:
    assert told(["maybe Paris?", " no</th", "ink>", "Lon", "don"]) == "maybe Paris? no\nLondon"
    assert told(["<think>", "Paris", "?"]) == ""


ANALYSIS = "<|channel|>analysis<|message|>Paris?<|end|>"
FINAL = "<|start|>assistant<|channel|>final<|message|>London"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (ANALYSIS + FINAL, "London"),
        (ANALYSIS + FINAL + "<|return|>", "London"),
        (ANALYSIS, ""),
        ("<|channel|>analysis<|message|>Paris", ""),
        (
            "<|channel|>commentary to=search <|constrain|>json<|message|>{}<|call|>" + FINAL,
            "London",
        ),
    ],
)
def test_only_the_last_channel_is_the_answer(said: str, wanted: str) -> None:
    assert without_reasoning(said) == wanted
    assert told(list(said)).strip() == wanted


def test_a_long_text_is_told_in_time_that_grows_with_it() -> None:
    """Each piece is looked at once: ten thousand looks at all of it would take minutes."""
    begun = time.process_time()
    assert told(["<think>", *["why "] * 50_000, "</think>", *["so "] * 50_000]) == "so " * 50_000
    assert time.process_time() - begun < 10
