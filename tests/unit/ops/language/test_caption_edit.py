from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import apply_edit, word_stems


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Women's T-shirts", ["woman", "tshirt"]),
        ("dark-blue dresses, 3 boxes; berries", ["dark", "blue", "dress", "3", "box", "berry"]),
        ("glass bus this", ["glass", "bus", "this"]),
        ("twelve o’clock", ["twelve", "oclock"]),
        ("\uff26ull GRAY", ["full", "grey"]),
        ("", []),
    ],
)
def test_stems(text: str, stems: list[str]) -> None:
    assert word_stems(text) == stems


@pytest.mark.parametrize(
    ("caption", "edit", "wanted"),
    [
        ("Black Sandals", "but red", "sandals red"),
        ("red heart", "orange instead of red", "heart orange"),
        ("Brown Handbag", "a tote rather than a handbag", "brown tote"),
        ("Men Blue Tshirts", "not t-shirts, but jackets", "men blue jackets"),
        ("dog and bench", "replace the dog with a cat", "and bench cat"),
        ("a dog", "change it to medium brown", "a dog medium brown"),
        ("dress with sleeves", "without sleeves", "dress with"),
        ("person: facing right: light skin tone", "not facing right", "person light skin tone"),
        ("man: dark skin tone", "with a medium skin tone", "man medium skin tone"),
        ("man superhero", "make it a woman", "superhero woman"),
        ("two dogs", "show three dogs", "three dogs"),
        ("red ball, white wall", "make the ball green", "white wall ball green"),
        ("", "but red", "red"),
        ("a dog", "the same", "a dog"),
        ("", "the same", "the same"),
    ],
)
def test_rules(caption: str, edit: str, wanted: str) -> None:
    assert apply_edit(caption, edit) == wanted


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_taken(caption: str, edit: str) -> None:
    assert isinstance(apply_edit(caption, edit), str)
    assert apply_edit("", edit) or not edit.strip()
