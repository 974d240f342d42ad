"""An encoder that gives one vector a text: the mean of its tokens' vectors, at length 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from trovato.core import Encoder, TokenVectors


class OneVector:
    """The mean of what another encoder makes of a text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.fingerprint, self.dim = f"mean of {encoder.fingerprint}", encoder.dim

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        return map(_mean, self._encoder.encode(texts))

    def encode_query(self, text: str) -> TokenVectors:
        return _mean(self._encoder.encode_query(text))


def _mean(made: TokenVectors) -> TokenVectors:
    mean = made.values.astype(np.float32).mean(axis=0, keepdims=True)
    return TokenVectors(mean / max(float(np.linalg.norm(mean)), 1e-9))
