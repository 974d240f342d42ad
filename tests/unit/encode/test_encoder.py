import gc
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, TokenVectors, TrovatoError
from trovato.encode import MiniLMEncoder
from trovato.encode.minilm import SHIPPED


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder(threads=2)


def one(encoder: MiniLMEncoder, text: str) -> TokenVectors:
    return next(iter(encoder.encode([text])))


def words(text: str, vectors: TokenVectors) -> list[str]:
    assert vectors.spans is not None
    return [text[start:end] for start, end in vectors.spans.tolist()]


def test_spans_cover_the_right_words(encoder: MiniLMEncoder) -> None:
    text = "The Café's naïve e\u0301cole: 😀 unbelievable 42%"
    assert words(text, one(encoder, text)) == [
        "The", "Café", "'", "s", "naïve", "e\u0301cole", ":", "😀", "unbelievable", "42", "%",
    ]  # fmt: skip


def test_an_empty_text_has_no_vectors(encoder: MiniLMEncoder) -> None:
    vectors = one(encoder, "")
    assert vectors.values.shape == (0, 128)
    assert vectors.spans is not None
    assert vectors.spans.shape == (0, 2)


def test_marks_of_the_model_are_plain_text(encoder: MiniLMEncoder) -> None:
    assert words("a [SEP] b", one(encoder, "a [SEP] b")) == ["a", "[", "SEP", "]", "b"]


def test_pieces_of_one_character_share_one_vector(encoder: MiniLMEncoder) -> None:
    assert words("한국어 문서", one(encoder, "한국어 문서")) == list("한국어문서")


def test_long_texts_keep_every_word_once(encoder: MiniLMEncoder) -> None:
    text = " ".join(f"{number}" for number in range(900))
    vectors = one(encoder, text)
    spelled = "".join(words(text, vectors))
    assert spelled == text.replace(" ", "")


def test_a_short_text_is_not_changed_by_windows(encoder: MiniLMEncoder) -> None:
    text = "heat " * 254
    whole = one(encoder, text)
    ids = np.concatenate([[101], encoder._tokenizer(text).ids, [102]])
    np.testing.assert_array_equal(whole.values, encoder._model(ids)[1:-1])


def test_like_sentences_are_closer_than_unlike_ones(encoder: MiniLMEncoder) -> None:
    question = encoder.encode_query("How do birds fly?").values
    near, far = (
        one(encoder, text).values
        for text in (
            "Wings give a bird the lift that it needs to stay in the air.",
            "The company's revenue fell by four percent in the third quarter.",
        )
    )
    best = [(question @ text.T).max(1).mean() for text in (near, far)]
    assert best[0] > best[1] + 0.1


def test_order_is_kept_when_texts_take_different_times(encoder: MiniLMEncoder) -> None:
    texts = ["long " * 600 if i % 7 == 0 else f"text {i}" for i in range(40)]
    sizes = [len(vectors) for vectors in encoder.encode(texts)]
    assert sizes == [600 if i % 7 == 0 else 2 for i in range(40)]


def test_a_reader_may_stop_early(encoder: MiniLMEncoder) -> None:
    results = encoder.encode(f"text {i}" for i in range(10_000))
    next(results)
    del results
    gc.collect()


def test_an_error_in_the_texts_comes_through(encoder: MiniLMEncoder) -> None:
    def texts() -> Iterator[str]:
        yield "fine"
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        list(encoder.encode(texts()))


def test_threads_below_one_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        MiniLMEncoder(threads=0)


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TrovatoError, match="install trovato again"):
        MiniLMEncoder(folder=tmp_path)


def test_the_manifest_tells_the_truth() -> None:
    manifest = json.loads((SHIPPED / "manifest.json").read_text("utf-8"))
    for name, file in (("model", "model.onnx"), ("tokenizer", "tokenizer.json")):
        assert hashlib.sha256((SHIPPED / file).read_bytes()).hexdigest() == manifest[name]
    projection = np.load(SHIPPED / "projection.npy")
    assert projection.shape == (384, manifest["dim"])


def test_the_model_is_small() -> None:
    assert (SHIPPED / "model.onnx").stat().st_size <= 24_000_000


def test_the_fingerprint_follows_the_model(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(SHIPPED, folder)
    assert MiniLMEncoder(folder=folder).fingerprint == MiniLMEncoder().fingerprint
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "model": "0"}), "utf-8")
    assert MiniLMEncoder(folder=folder).fingerprint != MiniLMEncoder().fingerprint


odd = st.one_of(
    st.text(max_size=60),
    st.text("ab \u0301\u0308İßﬁ\u00ad\x00\u200d😀日क्림", max_size=60),
    st.text(st.characters(categories=["Cs", "Cc", "Mn", "So", "Lo"]), max_size=40),
    st.integers(90, 400).map(lambda count: "w" * count),
)


@given(st.lists(odd, max_size=6).map(" ".join))
def test_any_text_gives_ordered_disjoint_spans_with_words_in_them(
    encoder: MiniLMEncoder, text: str
) -> None:
    vectors = one(encoder, text)
    assert vectors.spans is not None
    edges = vectors.spans.reshape(-1)
    assert np.all(np.diff(edges) >= 0)
    assert np.all((edges >= 0) & (edges <= len(text)))
    for word in words(text, vectors):
        assert word.strip() == word != ""


@given(st.lists(st.from_regex(r"[a-z]{1,12}|[0-9]{1,5}", fullmatch=True), max_size=30))
def test_pieces_spell_the_words(encoder: MiniLMEncoder, parts: list[str]) -> None:
    text = "  ".join(parts)
    assert "".join(words(text, one(encoder, text))) == "".join(parts)
