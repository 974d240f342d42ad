"""Residual quantisation: each level encodes what the levels before left over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float, Int64
from trovato.ops.quantization.balanced import balanced_kmeans
from trovato.ops.quantization.kmeans import kmeans, nearest_centroids, squared_distances
from trovato.ops.quantization.nearest_ids import search_ids, squared_errors

_TOGETHER = 1024  # vectors: they and their distances stay near the processor


@dataclass(frozen=True, slots=True, eq=False)
class ResidualQuantizer:
    """A codebook for each level; a vector is about the sum of its codewords.

    Parameters
    ----------
    codebooks
        Codewords of each level.
    """

    codebooks: Float[np.ndarray, "levels codes dim"]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each level."""
        return (self.codebooks.shape[1],) * len(self.codebooks)

    def encode(self, vectors: Float[np.ndarray, "items dim"]) -> Int64[np.ndarray, "items levels"]:
        """The nearest codeword of each level to what is left; ties by place."""
        codes = np.empty((len(vectors), len(self.codebooks)), np.int64)
        # Distances without the vector's own square, which is the same for all codewords.
        products, squares = (
            -2 * self.codebooks.swapaxes(1, 2),
            np.square(self.codebooks).sum(axis=2),
        )
        for first in range(0, len(vectors), _TOGETHER):
            left = vectors[first : first + _TOGETHER].copy()
            for level, codebook in enumerate(self.codebooks):
                gaps = left @ products[level]
                gaps += squares[level]
                own = gaps.argmin(axis=1)
                codes[first : first + _TOGETHER, level] = own
                left -= codebook[own]
        return codes

    def decode(self, codes: Int64[np.ndarray, "items levels"]) -> Float[np.ndarray, "items dim"]:
        """The sum of the codewords."""
        check_codes(codes, self.sizes)
        levels = np.arange(len(self.codebooks))
        decoded: Float[np.ndarray, "items dim"] = self.codebooks[levels, codes].sum(axis=1)
        return decoded

    def nearest_ids(
        self, vectors: Float[np.ndarray, "items dim"], beams: int
    ) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
        """The ids with the least squared error; see `search_ids`."""
        return search_ids(vectors, self.sizes, self._errors, self._remainders, beams)

    def squared_errors(
        self, vectors: Float[np.ndarray, "items dim"], codes: Int64[np.ndarray, "items levels"]
    ) -> Float[np.ndarray, " items"]:
        """Of each vector under its id."""
        return squared_errors(vectors, codes, self._remainders)

    def _errors(
        self, inputs: Float[np.ndarray, "rows dim"], level: int
    ) -> Float[np.ndarray, "rows codes"]:
        return squared_distances(inputs, self.codebooks[level])

    def _remainders(
        self,
        inputs: Float[np.ndarray, "rows dim"],
        codes: Int64[np.ndarray, " rows"],
        level: int,
    ) -> Float[np.ndarray, "rows dim"]:
        left: Float[np.ndarray, "rows dim"] = inputs - self.codebooks[level][codes]
        return left


def fit_residual_quantizer(
    vectors: Float[np.ndarray, "items dim"],
    *,
    levels: int = 3,
    codes: int = 256,
    rounds: int = 20,
    balanced: bool = False,
    seed: int = 0,
    progress: ProgressCallback = no_progress,
) -> tuple[ResidualQuantizer, Int64[np.ndarray, "items levels"]]:
    """Fit codebooks level by level with k-means (RQ-KMeans), and say the codes of the vectors.

    Source: Juang and Gray, "Multiple stage vector quantization for speech coding", 1982; as ids of
    items: Deng et al., "OneRec", 2025 (arXiv 2502.18965), which balances the clusters.

    Parameters
    ----------
    vectors
        Of the items.
    levels, codes
        Digits of an id, and values that each can take.
    rounds
        Of k-means.
    balanced
        Whether no code of a level may have more than its share of the items. The codes of the
        fitted items then need not be the nearest ones; those of new items are.
    seed
        Of the starts.
    progress
        Told of levels.

    Raises
    ------
    InvalidInputError
        If there are no vectors, or a number is below 1.
    """
    if levels < 1:
        raise InvalidInputError(f"levels must be at least 1, got {levels}")
    codebooks = np.empty((levels, codes, vectors.shape[1]), vectors.dtype)
    assigned = np.empty((len(vectors), levels), np.int64)
    left = vectors.copy()
    for level in range(levels):
        if balanced:
            codebooks[level], assigned[:, level] = balanced_kmeans(
                left, codes, rounds=rounds, seed=seed + level
            )
        else:
            codebooks[level] = kmeans(left, codes, rounds=rounds, seed=seed + level)
            assigned[:, level] = nearest_centroids(left, codebooks[level])[0]
        left -= codebooks[level][assigned[:, level]]
        progress("levels", level + 1, levels)
    return ResidualQuantizer(codebooks), assigned


def check_codes(codes: Int64[np.ndarray, "items levels"], sizes: tuple[int, ...]) -> None:
    """Refuse codes that are not of these levels.

    Raises
    ------
    InvalidInputError
        If there are more or fewer levels, or a code is out of range.
    """
    if codes.shape[1] != len(sizes):
        raise InvalidInputError(f"ids of {len(sizes)} levels are wanted, got {codes.shape[1]}")
    if len(codes) and ((codes < 0) | (codes >= np.array(sizes))).any():
        item = int(np.flatnonzero(((codes < 0) | (codes >= np.array(sizes))).any(axis=1))[0])
        raise InvalidInputError(
            f"codes go from 0 to below {sizes}, item {item} has {tuple(codes[item].tolist())}"
        )
