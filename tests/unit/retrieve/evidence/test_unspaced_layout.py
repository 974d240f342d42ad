"""Evidence in scripts without spaces points at characters, not at whole pages."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import TextLayout, TokenVectors
from trovato.data.documents.text_pages import WIDTH, typeset
from trovato.ops import pieces_of
from trovato.retrieve import explain
from trovato.testing import WordEncoder

ROADS = "\u57ce\u5e02\u4f9b\u6c34\u7ba1\u7f51\u6539\u9020\u671f\u95f4\u9650\u5236\u901a\u884c\u3002"
KEY = "\u5907\u7528\u94a5\u5319\u6302\u5728\u9505\u7089\u623f\u540e\u9762\u3002"
QUESTION = "\u5907\u7528\u94a5\u5319\u5728\u54ea\u91cc"


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("\u4f9b\u6c34X-12\u7f51", ["\u4f9b", "\u6c34", "X-12", "\u7f51"]),
        ("water", ["water"]),
        ("Gr\u00f6\u00dfe", ["Gr\u00f6\u00dfe"]),
        ("\u0e01\u0e38\u0e0d\u0e41\u0e08", ["\u0e01\u0e38", "\u0e0d", "\u0e41", "\u0e08"]),
        ("\u0301\u00e9t\u00e9", ["\u0301\u00e9t\u00e9"]),
        ("\u7f51\u3002", ["\u7f51", "\u3002"]),
        ("", [""]),
    ],
)
def test_pieces(word: str, pieces: list[str]) -> None:
    assert pieces_of(word) == pieces
    assert "".join(pieces_of(word)) == word


def test_the_snippet_is_the_sentence_and_the_words_are_marked() -> None:
    text = ROADS * 40 + KEY + ROADS * 20
    encoder = WordEncoder(32)
    (vectors,) = encoder.encode([text])
    why = explain(text, typeset(text), vectors, QUESTION, encoder.encode_query(QUESTION))
    assert why.snippet.startswith(KEY)
    assert len(why.snippet) < 200
    assert why.marks[0] == (0, 4)
    assert why.regions[0].text == KEY
    assert why.regions[0].box.bottom - why.regions[0].box.top < 40


@pytest.mark.parametrize(
    ("box", "first"),
    [
        ((0.0, 0.0, 80.0, 10.0), (0.0, 0.0, 20.0, 10.0)),
        ((5.0, 0.0, 15.0, 80.0), (5.0, 0.0, 15.0, 20.0)),
    ],
)
def test_each_character_has_its_share_of_the_run(
    box: tuple[float, ...], first: tuple[float, ...]
) -> None:
    text = KEY[:4]
    layout = TextLayout(100.0, 100.0, np.array([[0, 4]], np.int32), np.array([box], np.float32))
    encoder = WordEncoder(32)
    (vectors,) = encoder.encode([text])
    query = encoder.encode_query(KEY[:2])
    why = explain(text, layout, vectors, KEY[:2], query)
    edges = why.heat[0].box
    assert (edges.left, edges.top, edges.right, edges.bottom) == first
    assert why.heat[0].text == KEY[0]
    assert len(why.heat) == 2


def test_a_long_run_wraps_at_the_margin() -> None:
    layout = typeset(ROADS * 20)
    assert float(layout.boxes[:, 2].max()) < WIDTH - 50
    assert len({round(top) for top in layout.boxes[:, 1].tolist()}) > 1


def test_a_text_with_spaces_is_as_before() -> None:
    text = "The spare key hangs behind the door."
    encoder = WordEncoder(32)
    (vectors,) = encoder.encode([text])
    why = explain(text, typeset(text), vectors, "spare key", encoder.encode_query("spare key"))
    assert why.snippet == text
    assert [text[start:end] for start, end in why.marks] == ["spare", "key"]
    nothing = TokenVectors(np.zeros((0, 32), np.float32), None)
    assert explain(text, typeset(text), nothing, "key", nothing).snippet == text
