import pytest

from trovato.core import InvalidInputError
from trovato.encode import DEFAULT_ENCODER, ENCODERS, MiniLMEncoder, load_encoder


def test_the_default_is_the_embedded_one() -> None:
    assert DEFAULT_ENCODER in ENCODERS
    assert load_encoder().fingerprint == MiniLMEncoder().fingerprint


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(InvalidInputError, match=r"minilm.*got 'word2vec'"):
        load_encoder("word2vec")
