"""Words as an index holds them, in many scripts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import codes, fold, is_unspaced, linked_runs, query_words, search_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Škvorecká", "skvorecka"),
        (unicodedata.normalize("NFD", "Übergang"), "ubergang"),
        ("Größe", "GROSSE"),
        ("ﬁnal oﬃce", "final office"),
        ("\uff37ide \uff11\uff12", "wide 12"),
        ("Wert\u00adpa\u00adpier\u200bindex", "wertpapierindex"),
        ("ﻟﻐﺔ", "لغة"),  # the shaped letters of a PDF
        ("مُحَمَّد", "محمد"),
        ("إسلام", "اسلام"),
        ("שָׁלוֹם", "שלום"),
        ("Ёлка", "елка"),
        ("Ναύπλιο", "ναυπλιο"),
        ("Cœur et Ærø", "coeur et aero"),
        ("کتابخانه ملی", "كتابخانه ملي"),  # Persian and Arabic keyboards
        ("\u0661\u0668\u0667\u0662 \u0967\u096b", "1872 15"),
        ("½ and ①", "1\u20442 and 1"),
    ],
)
def test_what_is_written_in_two_ways_is_one_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert search_words(one) == search_words(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("供水管网, 年", ["供水", "水管", "管网", "网", "年"]),
        ("使用Python编程", ["使用", "用", "python", "编程", "程"]),
        ("タイトルは", ["タイ", "イト", "トル", "ルは", "は"]),
        ("한국어 문서", ["한국", "국어", "어", "문서", "서"]),
        ("ที่นี่", ["ที่นี่", "นี่"]),  # marks of tone and vowel stay with their letter
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("1,200 = 1200, 12,5", ["1200", "1200", "12", "5"]),
        ("1'300 1’300 12,34,567", ["1300", "1300", "1234567"]),
        ("1\u202f200 and 3\u00a04000", ["1200", "and", "3", "4000"]),
        ("12,3 4,56 '99", ["12", "3", "4", "56", "99"]),
        ("15kW or 15 kW", ["15", "kw", "or", "15", "kw"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert search_words(text) == words


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="ab Ü供水管網ที่한국1,-'"))
def test_what_is_asked_stands_in_a_row_in_what_is_indexed(text: str) -> None:
    """A question that is copied from a text finds it as phrases of its words."""
    held, asked = search_words(text), query_words(text)
    assert set(asked) <= set(held)
    assert all(term and " " not in term for term in held)
    places = iter(held)
    assert all(term in places for term in asked)


@given(st.text(alphabet="供水管網"))
def test_every_character_begins_a_term(text: str) -> None:
    assert [term[0] for term in search_words(text)] == list(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("XJ-4471-b", ["xj4471b"]),
        ("xj4471b", ["xj4471b"]),
        ("O’Brien and O'Brien", ["obrien"]),
        ("e-mail", ["email"]),
        ("2015-03-04", ["20150304"]),
        ("Dec. 31, 2019; 1st of May 2020; 3 marbles 2020", ["1st", "20191231"]),
        ("12.5 kg, 10:30, 1/2", []),
        ("in 2015", []),
        ("- -- a -b", []),
        ("x" * 30 + "-" + "y" * 30, []),
    ],
)
def test_codes(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_linked_runs_have_no_spaces() -> None:
    assert linked_runs("EN 1092-1 costs 1,200.50 at 5kW") == ["1092-1", "5kw"]
    assert linked_runs("nothing here - or there") == []


def test_scripts() -> None:
    assert [is_unspaced(term) for term in ("水", "水a", "a", "น้ำ", "")] == [
        True, False, False, True, False,
    ]  # fmt: skip
