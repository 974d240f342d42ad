"""Operators of questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import SearchQuery, parse_search_query


@pytest.mark.parametrize(
    ("question", "parsed"),
    [
        ("plain words, no more", SearchQuery("plain words, no more", "plain words, no more")),
        ('"seal kit" pump', SearchQuery('"seal kit" pump', "pump", ("seal kit",))),
        (
            "„Frist endet“ «la fin»",
            SearchQuery("„Frist endet“ «la fin»", "", ("Frist endet", "la fin")),
        ),
        ("seal -XK", SearchQuery("seal", "seal", (), ("XK",))),
        ('seal -"old kit" -x-1', SearchQuery("seal", "seal", (), ("old kit", "x-1"))),
        ("8841* gear", SearchQuery("8841 gear", "gear", (), (), ("8841",))),
        ("-5 °C", SearchQuery("-5 °C", "-5 °C")),
        ("well-known a - b", SearchQuery("well-known a - b", "well-known a - b")),
        ("-gone", SearchQuery("-gone", "-gone")),
        ('5" pipe', SearchQuery('5" pipe', '5" pipe')),
        ("2 * 3 **", SearchQuery("2 * 3 **", "2 * 3 **")),
        ("", SearchQuery("", "")),
    ],
)
def test_operators(question: str, parsed: SearchQuery) -> None:
    assert parse_search_query(question) == parsed


def test_only_phrases_and_exclusions_are_conditions() -> None:
    assert parse_search_query('"a b"').demands
    assert parse_search_query("a -b").demands
    assert not parse_search_query("a b* c").demands


@given(st.text(alphabet='ab1 -"*“”„«»'))
def test_a_question_with_a_word_keeps_one(question: str) -> None:
    parsed = parse_search_query(question)
    assert any(letter.isalnum() for letter in question) == any(
        letter.isalnum() for letter in parsed.text
    )
