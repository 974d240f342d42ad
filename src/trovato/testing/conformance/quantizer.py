"""The laws of a quantiser."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float32
from trovato.encode.semantic_ids import Quantizer


def check_quantizer(quantizer: Quantizer, vectors: Float32[np.ndarray, "items dim"]) -> None:
    """Assert what every quantiser promises.

    Parameters
    ----------
    quantizer
        What is tested.
    vectors
        Some that it can encode, at least two.

    Raises
    ------
    AssertionError
        If codes are out of range, change when asked again, depend on the other vectors or their
        order, or cannot be decoded, or the nearest ids are not in the order of their errors.
    """
    assert len(vectors) > 1, "two vectors are needed to see whether they disturb each other"
    codes = quantizer.encode(vectors)
    assert codes.shape == (len(vectors), len(quantizer.sizes)), f"codes have shape {codes.shape}"
    assert codes.min() >= 0, "a code is below 0"
    assert (codes < np.array(quantizer.sizes)).all(), "a code is beyond its level"
    assert np.array_equal(quantizer.encode(vectors), codes), "codes change when asked again"
    assert np.array_equal(quantizer.encode(vectors[::-1]), codes[::-1]), "codes depend on the order"
    for item in range(min(len(vectors), 20)):
        alone = quantizer.encode(vectors[item : item + 1])
        assert np.array_equal(alone[0], codes[item]), f"item {item} has another code alone"
    random = np.random.default_rng(0)
    drawn = np.stack([random.integers(size, size=5) for size in quantizer.sizes], axis=1)
    assert np.isfinite(quantizer.decode(drawn)).all(), "a code in range cannot be decoded"
    ids, errors = quantizer.nearest_ids(vectors, 4)
    assert (np.diff(errors, axis=1) >= 0).all(), "the nearest ids are not in order"
    found = quantizer.squared_errors(vectors, ids[:, 0])
    spread = float(np.square(vectors).sum(axis=1).mean())
    assert np.allclose(found, errors[:, 0], atol=1e-3 * spread), "an id's error is another alone"
