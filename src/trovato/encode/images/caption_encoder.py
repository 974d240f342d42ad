"""Captions and changes as single vectors: the words that they hold, and what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from trovato.core import Encoder, check_many
from trovato.core.shapes import Float32
from trovato.ops import l2_normalize, word_stems

_WORDS = 512  # dimensions that words share
_MEANING = 0.3  # share of the meaning, against 1 for the words


class CaptionEncoder:
    """A set of words hashed to 512 dimensions, and the mean of token vectors at weight .3.

    In captions the words decide ("white" is not "off-white"): each counts the same, however rare.
    The token vectors help where the words differ. Feature hashing: Weinberger et al., ICML 2009.

    Parameters
    ----------
    tokens
        Encoder of texts into token vectors.
    """

    def __init__(self, tokens: Encoder) -> None:
        self._tokens = tokens

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vector of any text would change."""
        return f"words {_WORDS}, meaning {_MEANING} {self._tokens.fingerprint}"

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return _WORDS + self._tokens.dim

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """A vector of length 1 for each text; zeros for one without words."""
        check_many("texts", texts)
        words = np.zeros((len(texts), _WORDS), np.float32)
        meaning = np.zeros((len(texts), self._tokens.dim), np.float32)
        for row, (text, tokens) in enumerate(zip(texts, self._tokens.encode(texts), strict=True)):
            for word in set(word_stems(text)):
                place, sign = _hashed(word)
                words[row, place] += sign
            if len(tokens.values):
                meaning[row] = tokens.values.mean(axis=0)
        return l2_normalize(np.hstack([l2_normalize(words), _MEANING * l2_normalize(meaning)]))


def _hashed(word: str) -> tuple[int, int]:
    number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
    return number % _WORDS, 1 if number >> 63 else -1
