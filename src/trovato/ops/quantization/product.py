"""Product quantisation: a codebook for each block of dimensions, after a rotation or without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float, Int64
from trovato.ops.quantization.kmeans import (
    cluster_means,
    kmeans,
    nearest_centroids,
    squared_distances,
)
from trovato.ops.quantization.nearest_ids import search_ids, squared_errors
from trovato.ops.quantization.residual import check_codes
from trovato.ops.quantization.rotations import nearest_orthogonal, principal_axes


@dataclass(frozen=True, slots=True, eq=False)
class ProductQuantizer:
    """A rotation, and a codebook for each block of the rotated dimensions.

    Parameters
    ----------
    rotation
        Columns are the new axes.
    codebooks
        Codewords of each block.
    """

    rotation: Float[np.ndarray, "dim dim"]
    codebooks: Float[np.ndarray, "levels codes block"]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each block."""
        return (self.codebooks.shape[1],) * len(self.codebooks)

    def encode(self, vectors: Float[np.ndarray, "items dim"]) -> Int64[np.ndarray, "items levels"]:
        """The nearest codeword of each block."""
        blocks = np.split(vectors @ self.rotation, len(self.codebooks), axis=1)
        pairs = zip(blocks, self.codebooks, strict=True)
        return np.stack([nearest_centroids(block, book)[0] for block, book in pairs], axis=1)

    def decode(self, codes: Int64[np.ndarray, "items levels"]) -> Float[np.ndarray, "items dim"]:
        """The codewords side by side, rotated back."""
        check_codes(codes, self.sizes)
        found = self.codebooks[np.arange(len(self.codebooks)), codes]
        decoded: Float[np.ndarray, "items dim"] = found.reshape(len(codes), -1) @ self.rotation.T
        return decoded

    def nearest_ids(
        self, vectors: Float[np.ndarray, "items dim"], beams: int
    ) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
        """The ids with the least squared error; see `search_ids`."""
        turned = vectors @ self.rotation
        return search_ids(turned, self.sizes, self._errors, self._remainders, beams)

    def squared_errors(
        self, vectors: Float[np.ndarray, "items dim"], codes: Int64[np.ndarray, "items levels"]
    ) -> Float[np.ndarray, " items"]:
        """Of each vector under its id."""
        return squared_errors(vectors @ self.rotation, codes, self._remainders)

    def _block(self, level: int) -> slice:
        width = self.codebooks.shape[2]
        return slice(level * width, (level + 1) * width)

    def _errors(
        self, inputs: Float[np.ndarray, "rows dim"], level: int
    ) -> Float[np.ndarray, "rows codes"]:
        own = inputs[:, self._block(level)]
        others = np.square(inputs).sum(axis=1) - np.square(own).sum(axis=1)
        found: Float[np.ndarray, "rows codes"] = others[:, None] + squared_distances(
            own, self.codebooks[level]
        )
        return found

    def _remainders(
        self,
        inputs: Float[np.ndarray, "rows dim"],
        codes: Int64[np.ndarray, " rows"],
        level: int,
    ) -> Float[np.ndarray, "rows dim"]:
        left = inputs.copy()
        left[:, self._block(level)] -= self.codebooks[level][codes]
        return left


def fit_product_quantizer(
    vectors: Float[np.ndarray, "items dim"],
    *,
    levels: int = 4,
    codes: int = 256,
    rounds: int = 20,
    rotate: bool = False,
    seed: int = 0,
    progress: ProgressCallback = no_progress,
) -> ProductQuantizer:
    """Fit codebooks of blocks (PQ), and with `rotate` a rotation that suits them (OPQ).

    Source: Jégou et al., "Product quantization for nearest neighbor search", 2011; Ge et al.,
    "Optimized product quantization", 2013, section 3.1: means and a rotation by turns, from axes
    among which the variance is shared out evenly.

    Parameters
    ----------
    vectors
        Of the items.
    levels, codes
        Blocks, and codewords of each.
    rounds
        Of k-means, and of turns.
    rotate
        Whether to look for a rotation.
    seed
        Of the starts.
    progress
        Told of turns.

    Raises
    ------
    InvalidInputError
        If the dimensions cannot be cut into so many blocks, or there are no vectors.
    """
    dim = vectors.shape[1]
    if levels < 1 or dim % levels:
        raise InvalidInputError(f"{dim} dimensions cannot be cut into {levels} equal blocks")
    rotation = np.eye(dim, dtype=vectors.dtype)
    if rotate:
        rotation = _spread(principal_axes(vectors), levels)
    turned = vectors @ rotation
    blocks = np.split(turned, levels, axis=1)
    codebooks = np.stack(
        [
            kmeans(block, codes, rounds=rounds, seed=seed + number)
            for number, block in enumerate(blocks)
        ]
    )
    for turn in range(rounds if rotate else 0):
        quantizer = ProductQuantizer(rotation, codebooks)
        owners = quantizer.encode(vectors)
        found = codebooks[np.arange(levels), owners].reshape(len(vectors), dim)
        rotation = nearest_orthogonal(vectors.T @ found)
        blocks = np.split(vectors @ rotation, levels, axis=1)
        codebooks = np.stack(
            [
                cluster_means(block, owners[:, number], codebooks[number])
                for number, block in enumerate(blocks)
            ]
        )
        progress("turns", turn + 1, rounds)
    return ProductQuantizer(rotation, codebooks)


def _spread(axes: Float[np.ndarray, "dim dim"], levels: int) -> Float[np.ndarray, "dim dim"]:
    """Axes by falling variance dealt out to the blocks in turn, to and fro."""
    dim = axes.shape[1]
    deal = np.arange(dim).reshape(-1, levels)
    deal[1::2] = deal[1::2, ::-1]
    return np.ascontiguousarray(axes[:, deal.T.ravel()])
