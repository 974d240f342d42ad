import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.encode.minilm import SHIPPED
from trovato.encode.wordpiece import WordPieceTokenizer

TOKENIZER = WordPieceTokenizer(SHIPPED / "tokenizer.json")
PIECES = json.loads((SHIPPED / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]


def pieces(text: str) -> list[tuple[str, str]]:
    names = {number: piece for piece, number in PIECES.items()}
    made = TOKENIZER(text)
    return [
        (names[number], text[first:last])
        for number, (first, last) in zip(made.ids.tolist(), made.spans.tolist(), strict=True)
    ]


def test_pieces_know_their_characters_in_the_text_as_it_was_given() -> None:
    assert pieces("Liftíng  WINGS.") == [
        ("lifting", "Liftíng"),
        ("wings", "WINGS"),
        (".", "."),
    ]
    assert [text for _, text in pieces("ornithopter")] == ["or", "ni", "th", "op", "ter"]


def test_a_text_is_not_cut_and_nothing_is_added() -> None:
    assert len(TOKENIZER("wing " * 3000).ids) == 3000
    assert TOKENIZER("").ids.shape == (0,)
    assert TOKENIZER(" \n ").spans.shape == (0, 2)


def test_names_of_special_pieces_are_letters_in_a_text() -> None:
    assert [piece for piece, _ in pieces("[SEP]")] == ["[", "sep", "]"]
    assert {TOKENIZER.first, TOKENIZER.last}.isdisjoint(TOKENIZER("[CLS] [SEP]").ids.tolist())


def test_letters_taken_apart_share_their_place() -> None:
    made = TOKENIZER("한국")
    assert len(made.ids) == 6
    assert made.spans[made.apart()].tolist() == [[0, 1], [1, 2]]


@pytest.mark.parametrize("text", ["a\ud800b", "\udfff", "lift \udc80 wings", "\ud83d\ude00 wings"])
def test_half_a_character_counts_as_nothing_but_keeps_its_place(text: str) -> None:
    made = TOKENIZER(text)
    whole = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in text)
    np.testing.assert_array_equal(made.ids, TOKENIZER(whole).ids)
    np.testing.assert_array_equal(made.spans, TOKENIZER(whole).spans)


@given(st.text(max_size=40))
def test_spans_lie_inside_the_text_in_order(text: str) -> None:
    made = TOKENIZER(text)
    assert (made.spans[:, 0] < made.spans[:, 1]).all()
    assert (np.diff(made.spans[:, 0]) >= 0).all()
    assert made.spans.size == 0 or made.spans.max() <= len(text)
