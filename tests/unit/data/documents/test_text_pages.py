from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from trovato.data import typeset
from trovato.data.documents import typefaces
from trovato.data.documents.text_pages import HEIGHT, WIDTH, draw
from trovato.ops import pieces_of

NOTE = round(HEIGHT) - 54  # below are the characters that no typeface has


@pytest.fixture
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """One without any typeface of its own."""

    def forget() -> None:
        for kept in (typefaces.of_system, typefaces.typeface_of):
            kept.cache_clear()

    monkeypatch.setattr(typefaces, "FOLDERS", (tmp_path,))
    forget()
    yield
    forget()


@given(st.text(max_size=300))
def test_every_word_has_a_place_on_the_page(text: str) -> None:
    layout = typeset(text)
    assert [text[first:last] for first, last in layout.spans.tolist()] == [
        piece for word in text.split() for piece in pieces_of(word)
    ]
    left, top, right, bottom = layout.boxes.T
    assert ((left >= 0) & (left <= right) & (right <= WIDTH)).all()
    assert ((top >= 0) & (top < bottom) & (bottom <= HEIGHT)).all()


def test_words_do_not_cover_each_other() -> None:
    boxes = typeset("several words of text\n" * 30).boxes
    for index, (left, top, right, bottom) in enumerate(boxes.tolist()):
        beside = (boxes[:, 0] < right) & (boxes[:, 2] > left)
        level = (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
        assert np.flatnonzero(beside & level).tolist() == [index]


@pytest.mark.parametrize(
    "text",
    [
        "Some words\nto be drawn here.",
        "line\n" * 200,
        "Żółć “ÅÉ” – €5 → Ξεσκεπάζω Съешь office cafe\u0301",
        "中文 日本語 한국어 हिन्दी ไทย ✓✗ a中b😀c",
    ],
)
def test_the_ink_is_in_the_boxes(text: str) -> None:
    scale = 2
    ink = np.asarray(draw(text, round(HEIGHT) * scale).convert("L")) < 128
    ink[NOTE * scale :] = False
    assert ink.any()
    for left, top, right, bottom in typeset(text).boxes * scale:
        part = (slice(int(top) - 2, int(bottom) + 4), slice(int(left) - 2, int(right) + 3))
        assert ink[part].any()
        ink[part] = False
    assert not ink.any()


def test_words_of_a_line_wrap_at_the_margin() -> None:
    layout = typeset("word " * 100)
    assert len(np.unique(layout.boxes[:, 1])) > 3
    assert layout.boxes[:, 2].max() < WIDTH - 50


SIGNS = "aéüßñøłőžąœÅĐİ€£¥½×÷±§©™…–—‘’“”„«»•→←↑↓≤≥≠≈∞∑µΑβγΩΣЖщЫяїґ■□●"  # noqa: RUF001


@pytest.mark.usefixtures("_bare_machine")
def test_every_sign_of_european_text_has_a_shape_of_its_own() -> None:
    def shape(text: str) -> bytes:
        return np.asarray(draw(text, 1600))[: NOTE * 1600 // round(HEIGHT)].tobytes()

    shapes = {shape(sign) for sign in SIGNS}
    assert len(shapes) == len(SIGNS)
    assert shape(chr(0x10FFFF)) not in shapes
    assert shape("cafe\u0301") not in (shape("cafe"), shape("cafe" + chr(0x10FFFF)))


@pytest.mark.usefixtures("_bare_machine")
def test_what_no_typeface_has_is_named_below_the_text() -> None:
    def note(text: str) -> bytes:
        return np.asarray(draw(text, 1600))[NOTE * 1600 // round(HEIGHT) :].tobytes()

    blank = note("é")
    assert len({blank, note("é中"), note("é日")}) == 3
    assert note("中中") == note("中")


@pytest.mark.usefixtures("_bare_machine")
def test_typefaces_of_the_machine_fill_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plain = tmp_path / "plain.bin"
    plain.write_bytes(ImageFont.load_default(10).font_bytes)  # type: ignore[union-attr]
    full = tmp_path / "deep" / "Arial.ttf"
    full.parent.mkdir()
    full.symlink_to(typefaces.own())
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"damaged")
    (tmp_path / "Unheard Of.ttf").symlink_to(typefaces.own())
    monkeypatch.setattr(typefaces, "own", lambda: plain)
    assert list(typefaces.runs("abЖЖ\u0301c中")) == [
        ("ab", plain),
        ("ЖЖ\u0301", full),
        ("c", plain),
        ("中", None),
    ]
