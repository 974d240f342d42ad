"""The laws of an encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from trovato.core import Encoder, TokenVectors, generator

TEXTS = (
    "The boundary layer on a flat plate grows with the square root of the distance.",
    "Café naïve e\u0301cole 😀 日本語 \ufb01ne \x00\x07 \u200b end",
    "one",
    "",
    "   \n\t ",
    "?! … —",
    "\ud800 half a character",
    "long " * 700,
    "x" * 3000,
)


def check_encoder(encoder: Encoder, texts: Sequence[str] = TEXTS) -> None:
    """Checks an encoder on some texts.

    Laws: one result per text, in order; batch size, order and neighbours change nothing beyond
    1e-5; vectors have `dim` components and length 1; spans, where there are any, are ascending,
    disjoint and inside the text, those of special tokens empty; an empty text gives no vectors;
    texts are read as they are needed, not all at once; the fingerprint stays.

    Parameters
    ----------
    encoder
        What to check.
    texts
        What to encode; an empty text is always added.

    Raises
    ------
    AssertionError
        If a law is broken; the message names the law and the text.
    """
    texts = [*texts, ""]
    fingerprint = encoder.fingerprint
    alone = [_only(encoder, text) for text in texts]
    for text, vectors in zip(texts, alone, strict=True):
        _check_vectors(encoder, text, vectors)
    together = list(encoder.encode(texts))
    assert len(together) == len(texts), f"{len(texts)} texts gave {len(together)} results"
    order = list(generator(0, "check_encoder").permutation(len(texts)))
    shuffled = list(encoder.encode(texts[i] for i in order))
    for text, one, other in zip(texts, alone, together, strict=True):
        _check_same(one, other, f"neighbours change {text[:40]!r}")
    for i, other in zip(order, shuffled, strict=True):
        _check_same(alone[i], other, f"order changes {texts[i][:40]!r}")
    for text in texts:
        _check_vectors(encoder, text, encoder.encode_query(text))
    _check_streaming(encoder)
    assert encoder.fingerprint == fingerprint, "the fingerprint changed while encoding"


def _only(encoder: Encoder, text: str) -> TokenVectors:
    results = list(encoder.encode([text]))
    assert len(results) == 1, f"one text gave {len(results)} results"
    return results[0]


def _check_vectors(encoder: Encoder, text: str, vectors: TokenVectors) -> None:
    shown = f"for {text[:40]!r}"
    assert vectors.values.shape == (len(vectors), encoder.dim), f"wrong shape {shown}"
    if not text:
        assert len(vectors) == 0, f"an empty text gave {len(vectors)} vectors"
    lengths = np.linalg.norm(vectors.values, axis=1)
    assert np.allclose(lengths, 1, atol=1e-5), f"vectors of lengths {lengths} {shown}"
    if vectors.spans is None:
        return
    edges = vectors.spans.reshape(-1)
    assert np.all(np.diff(edges) >= 0), f"spans not ascending and disjoint {shown}"
    assert np.all((edges >= 0) & (edges <= len(text))), f"spans outside the text {shown}"


def _check_same(one: TokenVectors, other: TokenVectors, law: str) -> None:
    assert (one.spans is None) == (other.spans is None), f"{law}: spans come and go"
    if one.spans is not None and other.spans is not None:
        assert np.array_equal(one.spans, other.spans), f"{law}: other spans"
    difference = float(np.abs(one.values - other.values).max(initial=0))
    assert difference <= 1e-5, f"{law}: vectors differ by {difference}"


def _check_streaming(encoder: Encoder) -> None:
    read = 0

    def count() -> Iterator[str]:
        nonlocal read
        for number in range(1000):
            read += 1
            yield f"text {number}"

    results = encoder.encode(count())
    next(iter(results))
    assert read < 1000, "all texts were read before the first result came out"
