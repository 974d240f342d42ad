"""An encoder without a model: for tests of everything that is not about meaning."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from trovato.core import TokenVectors, generator

_WORD = re.compile(r"\w+")


class WordEncoder:
    """A `trovato.core.Encoder` that gives each word a random direction, the same every time.

    Equal words meet with cosine 1, others with about 0.

    Parameters
    ----------
    dim
        Components of each vector.
    """

    def __init__(self, dim: int = 32) -> None:
        self._dim = dim

    @property
    def fingerprint(self) -> str:
        """Names the rule and the dimension."""
        return f"words-{self._dim}"

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return self._dim

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """One vector per word."""
        return map(self.encode_query, texts)

    def encode_query(self, text: str) -> TokenVectors:
        """One vector per word."""
        found = list(_WORD.finditer(text))
        values = np.zeros((len(found), self._dim), np.float32)
        for row, word in enumerate(found):
            values[row] = _direction(word.group().casefold(), self._dim)
        spans = np.array([word.span() for word in found], np.int32).reshape(-1, 2)
        return TokenVectors(values, spans)


@lru_cache(maxsize=4096)
def _direction(word: str, dim: int) -> np.ndarray:
    drawn = generator(zlib.crc32(word.encode()), "word").standard_normal(dim)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)
