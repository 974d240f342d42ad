"""From a page's token vectors to what a segment of some form stores of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core.shapes import Float16, Float32, Int32, Int64
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.projection import Projection
from trovato.index.vectors.segment_file import Arrays
from trovato.ops import (
    Int8Vectors,
    ResidualCodec,
    int8_quantize,
    l2_normalize,
    pack_signs,
    pool_tokens,
    quantise_fp16,
)

# A page's vectors as they come, and as they wait for their codec.
# Several of them, of several dimensions, may stand in one call.
InputVectors = Int8Vectors | Float32[np.ndarray, "_ _"] | Float16[np.ndarray, "_ _"]
StoredVectors = Int8Vectors | Float16[np.ndarray, "_ _"]


def shape(
    vectors: InputVectors,
    vector_format: VectorFormat,
    projection: Projection,
    pooling: float | None = None,
) -> tuple[StoredVectors, Int32[np.ndarray, " tokens"] | None]:
    """A page's vectors in the dimensions of a form and pooled as it says, before they are encoded.

    Projected first, since clusters are found faster in fewer dimensions; then pooled.

    Parameters
    ----------
    vectors
        `(tokens, dim)`.
    vector_format
        What they shall become.
    projection
        The collection's.
    pooling
        Pool by this factor instead, where they are pooled already.

    Returns
    -------
    The vectors that are left, and for each token which of them stands for it; None where every
    token has its own.

    Raises
    ------
    InvalidInputError
        If a component is too large for `fp16`.
    """
    factor = vector_format.pooling if pooling is None else pooling
    held = _dim(vectors)
    alike = vector_format.width(held) == held and (factor == 1 or len(vectors) < 2)
    if alike and isinstance(vectors, Int8Vectors) and vector_format.codec != "fp16":
        return vectors, None
    values = vectors.dequantise() if isinstance(vectors, Int8Vectors) else vectors
    values = values.astype(np.float32)
    if vector_format.width(held) != held:
        values = l2_normalize(projection.move(values, vector_format.width(held)))
    owners = None
    if factor > 1 and len(values) > 1:
        pooled = pool_tokens(l2_normalize(values), factor)
        values, owners = pooled.values, pooled.owners
    if vector_format.codec == "fp16":
        return quantise_fp16(values), owners
    return int8_quantize(values), owners


def stack(parts: Sequence[StoredVectors]) -> StoredVectors:
    """The vectors of at least one page, one after another; all of one kind."""
    eights = [part for part in parts if isinstance(part, Int8Vectors)]
    if eights:
        return Int8Vectors.stack(eights)
    return np.concatenate([part for part in parts if isinstance(part, np.ndarray)])


def as_int8(vectors: StoredVectors) -> Int8Vectors:
    """The vectors as int8: what centroids compare."""
    if isinstance(vectors, Int8Vectors):
        return vectors
    return int8_quantize(vectors.astype(np.float32))


def encode(
    vectors: StoredVectors,
    vector_format: VectorFormat,
    codec: ResidualCodec | None = None,
    threads: int = 1,
    cells: Int64[np.ndarray, " vectors"] | None = None,
) -> Arrays:
    """What a segment stores of vectors that `shape` gave: codes, and what stands beside them.

    Parameters
    ----------
    vectors
        In the dimensions of the form.
    vector_format
        How to store them.
    codec
        Of that many bits, where the form has residual codes.
    threads
        Processors to use; the result does not depend on it.
    cells
        The nearest centroid of each, where that is known already.
    """
    nothing = np.zeros(0, np.uint8)
    if isinstance(vectors, np.ndarray):
        return vectors, nothing
    if vector_format.codec == "binary":
        return pack_signs(vectors.dequantise()), nothing
    if codec is None:
        return vectors.codes, vectors.scales
    coded = codec.encode(vectors, threads, cells)
    return coded.packed, coded.cells


def _dim(vectors: InputVectors) -> int:
    return int((vectors.codes if isinstance(vectors, Int8Vectors) else vectors).shape[1])
