"""Our word pieces against those of the package `tokenizers`, on the shipped vocabulary."""

import unicodedata
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trovato.encode.bert_normalizer import normalise
from trovato.encode.minilm import SHIPPED
from trovato.encode.wordpiece import WordPieceTokenizer

tokenizers = pytest.importorskip("tokenizers", reason="needs tokenizers: `make test-all` runs it")
pytestmark = pytest.mark.needs("tokenizers")

# Planes 0 to 3 and 14 whole. The others hold private use or nothing: one code point in 61 of them.
WHOLE = {0, 1, 2, 3, 14}
EVERY = [
    chr(code)
    for code in range(0x110000)
    if not 0xD800 <= code < 0xE000 and (code >> 16 in WHOLE or code % 61 == 0)
]

PROSE = [
    "The Wings of a Bird (1899), p. 12-14: don't lift $3.50 — it's «free», e.g. at 3·10⁸ m/s!",
    "한국어 문장은 자모로 나뉜다. 크림 뭐, 값이 닭",
    "ภาษาไทยไม่มีช่องว่างระหว่างคำ น้ำ",
    "हिन्दी में लिखा हुआ वाक्य, क्षत्रिय।",
    "هذا نصٌّ عربيٌّ مُشكَّلٌ، ولغةٌ أخرى؟ فارسی می‌خواهم",
    "İSTANBUL'da ılık ışık; IĞDIR, Iğdır",  # noqa: RUF001
    "Straße, GROẞ, ﬁne ﬂuﬀy ligatures, Ǆ ǆ, ΑΣ ΣΊΣΥΦΟΣ ὈΔΥΣΣΕΎΣ",
    "a\u0301e\u0308\u0323o\u0338 naïve Ångström \u0301 alone, q\u0307\u0323 ẛ̣",
    "日本語の文、東京タワー。中文字符豈更\U0002f800 カタカナ ｶﾞ",
    "one\x00two\x1cthree\x85four\u2028five\u00a0six\u3000seven\u200beight\u00adnine\ufeff\ufffd",
    "[CLS] [SEP] [MASK] [UNK] [PAD] ##ing [unused0]",
    "😀👩‍👩‍👧 ⚑️ € ™ № ½ ≠ ≮ ; ·",
    " ".join("w" * count for count in (99, 100, 101, 5000)),
    "é" * 100 + " " + "é" * 101 + " " + "한" * 33 + " " + "한" * 34,
    "https://example.org/a_b?c=d#e foo.bar@example.com C:\\temp\\x.txt",
    "",
    " \t\r\n ",
]


@pytest.fixture(scope="module")
def reference() -> Any:
    tokenizer = tokenizers.Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "[SEP]" in a text is five characters
    return tokenizer


@pytest.fixture(scope="module")
def ours() -> WordPieceTokenizer:
    return WordPieceTokenizer(SHIPPED / "tokenizer.json")


def check(ours: WordPieceTokenizer, reference: Any, text: str, spans: bool = True) -> None:
    made, expected = ours(text), reference.encode(text, add_special_tokens=False)
    assert made.ids.tolist() == expected.ids, ascii(text)
    if spans:
        assert list(map(tuple, made.spans.tolist())) == expected.offsets, ascii(text)


@pytest.mark.parametrize("form", ["{}", "a{}b"])
def test_every_character_alone_and_inside_a_word(
    ours: WordPieceTokenizer, reference: Any, form: str, unchecked: None
) -> None:
    for start in range(0, len(EVERY), 2048):
        block = EVERY[start : start + 2048]
        check(ours, reference, "\n".join(map(form.format, block)))


@pytest.mark.parametrize("text", PROSE, ids=range(len(PROSE)))
def test_prose(ours: WordPieceTokenizer, reference: Any, text: str) -> None:
    check(ours, reference, text)
    check(ours, reference, text.upper())
    check(ours, reference, unicodedata.normalize("NFD", text))


def moves(text: str) -> bool:
    """Whether canonical order may move a mark that stays in the word.

    Of such marks (spacing ones, such as Hangul's tones, and those that are younger than Unicode 8)
    the vocabulary knows none. So the word is unknown either way, and only the ends of its span
    depend on where the mark went: the reference counts places after the move, we before.
    """
    return any(unicodedata.combining(part) for part in "".join(map(normalise, text)))


characters = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.characters(categories=["Mn", "Mc", "Me", "Cc", "Cf", "P", "S", "Z"]),
    st.sampled_from("abcABC ßİıΣσς가힣ㄱเำक्षعّ.,-_$\u0301\u0327\u200d\u00ad\x00\x85\u2028\t\n"),
)


@settings(max_examples=400)
@given(st.text(characters, max_size=40))
def test_any_text(ours: WordPieceTokenizer, reference: Any, text: str) -> None:
    check(ours, reference, text, spans=not moves(text))


def test_no_piece_of_the_vocabulary_holds_a_mark_that_moves(ours: WordPieceTokenizer) -> None:
    assert not any(unicodedata.combining(part) for piece in ours._vocabulary for part in piece)


def test_a_lone_surrogate_counts_as_nothing_but_keeps_its_place(
    ours: WordPieceTokenizer, reference: Any
) -> None:
    for text in ("a\ud800b", "\udfff", "lift \udc80 wings", "\ud83d\ude00 wings"):
        made = ours(text)
        # The reference refuses them; it drops U+FFFD in the same way.
        stand_in = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
        expected = reference.encode(stand_in, add_special_tokens=False)
        assert made.ids.tolist() == expected.ids
        assert list(map(tuple, made.spans.tolist())) == expected.offsets


def test_a_text_read_again_from_memory_is_the_same(ours: WordPieceTokenizer) -> None:
    for text in PROSE:
        fresh = WordPieceTokenizer(SHIPPED / "tokenizer.json")(text)
        for _ in range(2):
            np.testing.assert_array_equal(ours(text).ids, fresh.ids)
            np.testing.assert_array_equal(ours(text).spans, fresh.spans)


def test_what_is_remembered_is_bounded(ours: WordPieceTokenizer, unchecked: None) -> None:
    ours(" ".join(map(str, range(20_000))))
    before = ours._common.cache_info()
    ours("x" * 33)
    assert before.currsize == before.maxsize == 16_384
    assert ours._common.cache_info() == before
    assert normalise.cache_info().maxsize is not None
