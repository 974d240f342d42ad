"""One vector for a whole passage, from an encoder of tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import Encoder, check_many
from trovato.core.shapes import Float32
from trovato.ops import l2_normalize


def passage_vectors(encoder: Encoder, texts: Sequence[str]) -> Float32[np.ndarray, "passages dim"]:
    """Mean of a text's token vectors, at length 1; zeros for a text without tokens.

    all-MiniLM-L6-v2, which the embedded encoder is made from, was trained to be averaged like this.
    """
    check_many("texts", texts)
    vectors = np.zeros((len(texts), encoder.dim), np.float32)
    for row, found in zip(vectors, encoder.encode(texts), strict=True):
        if len(found):
            row[:] = found.values.mean(axis=0)
    return l2_normalize(vectors)
