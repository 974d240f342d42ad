from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from trovato.core import Encoder, TokenVectors
from trovato.encode import MiniLMEncoder
from trovato.testing.conformance.encoder import check_encoder


@pytest.mark.parametrize("threads", [1, 3])
def test_the_shipped_encoder_keeps_the_laws(threads: int) -> None:
    encoder = MiniLMEncoder(threads)
    assert isinstance(encoder, Encoder)
    check_encoder(encoder)


class Broken:
    """An encoder of one vector per character with one fault to find."""

    fingerprint = "broken"
    dim = 4

    def __init__(self, fault: str) -> None:
        self.fault = fault

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        if self.fault == "greedy":
            texts = list(texts)
        for number, text in enumerate(texts):
            yield self.vectors(text, number)

    def encode_query(self, text: str) -> TokenVectors:
        return self.vectors(text, 0)

    def vectors(self, text: str, number: int) -> TokenVectors:
        count = max(len(text), 1) if self.fault == "empty" else len(text)
        values = np.zeros((count, 4), np.float32)
        values[:, 0] = 1
        if self.fault == "neighbours" and number:
            values = values[:, ::-1].copy()
        if self.fault == "length":
            values *= 2
        start = np.arange(count, dtype=np.int32)
        spans = np.stack([start, start + 1], axis=1)
        if self.fault == "outside":
            spans = spans + np.int32(1)
        if self.fault == "order":
            spans = spans[::-1].copy()
        return TokenVectors(values, spans)


def test_the_suite_passes_a_sound_encoder() -> None:
    check_encoder(Broken("none"), ["ab", "c"])


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("neighbours", "neighbours"),
        ("length", "lengths"),
        ("outside", "outside"),
        ("order", "ascending"),
        ("empty", "empty text"),
        ("greedy", "before the first"),
    ],
)
def test_the_suite_finds_the_fault(fault: str, law: str) -> None:
    with pytest.raises(AssertionError, match=law):
        check_encoder(Broken(fault), ["ab", "c"])
