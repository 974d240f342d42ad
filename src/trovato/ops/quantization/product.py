"""Product quantisation: a codebook for each block of dimensions, after a rotation or without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float, Int64
from trovato.ops.quantization.kmeans import cluster_means, kmeans, nearest_centroids
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

    def last_residual(
        self,
        vectors: Float[np.ndarray, "items dim"],
        codes: Int64[np.ndarray, "items levels"],  # noqa: ARG002 (blocks do not depend on others)
    ) -> Float[np.ndarray, "items block"]:
        """What the last block is asked to encode."""
        last: Float[np.ndarray, "items block"] = vectors @ self.rotation
        return last[:, -self.codebooks.shape[2] :]

    def last_codebook(self) -> Float[np.ndarray, "codes block"]:
        """Codewords of the last block."""
        last: Float[np.ndarray, "codes block"] = self.codebooks[-1]
        return last


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
