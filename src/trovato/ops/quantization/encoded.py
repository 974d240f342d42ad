"""A quantiser behind a small network, which was learnt together with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float, Float32, Int64
from trovato.ops.quantization.orthogonal import OrthogonalQuantizer
from trovato.ops.quantization.residual import ResidualQuantizer

_STEADY = np.float32(1e-5)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedQuantizer:
    """Projects and encodes vectors, and quantises what comes out.

    With z = (x − `mean`) `projection` and N the normalisation to mean 0 and variance 1:
    y = z + N(z) `mixing`, then y + relu(N(y) `inner` + `inner_bias`) `outer` + `outer_bias`. That
    is a block of a transformer over a single item, where attention is a linear map.

    Parameters
    ----------
    mean, projection
        Of the given vectors.
    mixing, inner, inner_bias, outer, outer_bias
        Weights of the block.
    quantizer
        Of what it makes.
    """

    mean: Float32[np.ndarray, " full"]
    projection: Float32[np.ndarray, "full dim"]
    mixing: Float32[np.ndarray, "dim dim"]
    inner: Float32[np.ndarray, "dim width"]
    inner_bias: Float32[np.ndarray, " width"]
    outer: Float32[np.ndarray, "width dim"]
    outer_bias: Float32[np.ndarray, " dim"]
    quantizer: ResidualQuantizer | OrthogonalQuantizer

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each level."""
        return self.quantizer.sizes

    def embed(self, vectors: Float[np.ndarray, "items full"]) -> Float32[np.ndarray, "items dim"]:
        """What is quantised."""
        state = (vectors.astype(np.float32) - self.mean) @ self.projection
        state = state + _normal(state) @ self.mixing
        inner = np.maximum(_normal(state) @ self.inner + self.inner_bias, 0)
        embedded: Float32[np.ndarray, "items dim"] = state + inner @ self.outer + self.outer_bias
        return embedded

    def encode(self, vectors: Float[np.ndarray, "items full"]) -> Int64[np.ndarray, "items levels"]:
        """The codes of vectors."""
        return self.quantizer.encode(self.embed(vectors))

    def decode(self, codes: Int64[np.ndarray, "items levels"]) -> Float[np.ndarray, "items dim"]:
        """What codes stand for, in the space of `embed`."""
        return self.quantizer.decode(codes)

    def nearest_ids(
        self, vectors: Float[np.ndarray, "items full"], beams: int
    ) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
        """The ids with the least squared error in the space of `embed`; see `search_ids`."""
        return self.quantizer.nearest_ids(self.embed(vectors), beams)

    def squared_errors(
        self, vectors: Float[np.ndarray, "items full"], codes: Int64[np.ndarray, "items levels"]
    ) -> Float[np.ndarray, " items"]:
        """Of each vector under its id, in the space of `embed`."""
        return self.quantizer.squared_errors(self.embed(vectors), codes)


def _normal(state: Float32[np.ndarray, "items dim"]) -> Float32[np.ndarray, "items dim"]:
    centred = state - state.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + _STEADY)
    normal: Float32[np.ndarray, "items dim"] = centred / spread
    return normal
