"""Orthogonal residual quantisation: rotate, encode some dimensions, defer the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Float, Int64
from trovato.ops.quantization.kmeans import kmeans, nearest_centroids, squared_distances
from trovato.ops.quantization.nearest_ids import search_ids, squared_errors
from trovato.ops.quantization.residual import check_codes
from trovato.ops.quantization.rotations import principal_axes


@dataclass(frozen=True, slots=True, eq=False)
class LevelOutput:
    """What one level makes of its input.

    Parameters
    ----------
    codes
        The codeword that is nearest in the kept dimensions.
    kept
        The dimensions that the codeword is compared in.
    primary
        The rotated vector where it is kept, 0 elsewhere.
    codeword
        The codeword where it is kept, 0 elsewhere.
    remainder
        Input of the next level: what the codeword missed, and what was not kept.
    """

    codes: Int64[np.ndarray, " items"]
    kept: Bool[np.ndarray, "items dim"]
    primary: Float[np.ndarray, "items dim"]
    codeword: Float[np.ndarray, "items dim"]
    remainder: Float[np.ndarray, "items dim"]


def keep_top(scores: Float[np.ndarray, "items dim"], k: int) -> Bool[np.ndarray, "items dim"]:
    """The `k` dimensions with the highest scores of each item; ties by place."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    kept = np.zeros(scores.shape, bool)
    np.put_along_axis(kept, order, True, axis=1)
    return kept


def orthogonal_level(
    vectors: Float[np.ndarray, "items dim"],
    rotation: Float[np.ndarray, "dim dim"],
    kept: Bool[np.ndarray, "items dim"],
    codebook: Float[np.ndarray, "codes dim"],
) -> LevelOutput:
    """Rotate, encode the kept dimensions, and leave the rest to the next level.

    Source: Yin et al., "DOS", 2026 (arXiv 2602.04460), figure of the architecture.
    """
    turned = vectors @ rotation
    codes, _ = nearest_centroids(turned, codebook, kept)
    codeword = np.where(kept, codebook[codes], turned.dtype.type(0))
    primary = np.where(kept, turned, turned.dtype.type(0))
    return LevelOutput(codes, kept, primary, codeword, turned - codeword)


@dataclass(frozen=True, slots=True, eq=False)
class OrthogonalQuantizer:
    """Rotations, what scores dimensions, and codebooks of all levels.

    Dimensions of an input x score relu(x `hidden` + `hidden_bias`) `out` + `out_bias`; the `k` best
    are kept. With `out` 0 the same ones are kept for every item.

    The kept dimensions depend on the item, so codes alone do not tell what a codeword was compared
    in: `decode` takes the mean of what was encoded under each code, `tables`.

    Source: Yin et al., "DOS", 2026 (arXiv 2602.04460); the sizes, the scorer's form and `tables`
    are decisions of this project.

    Parameters
    ----------
    rotations
        W of each level, orthogonal: columns are the new axes.
    hidden, hidden_bias, out, out_bias
        What scores dimensions at each level.
    codebooks, tables
        What codes are compared with, and what they are decoded to, in the frame of their level.
    k
        Dimensions that are kept.
    """

    rotations: Float[np.ndarray, "levels dim dim"]
    hidden: Float[np.ndarray, "levels dim width"]
    hidden_bias: Float[np.ndarray, "levels width"]
    out: Float[np.ndarray, "levels width dim"]
    out_bias: Float[np.ndarray, "levels dim"]
    codebooks: Float[np.ndarray, "levels codes dim"]
    tables: Float[np.ndarray, "levels codes dim"]
    k: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each level."""
        return (self.codebooks.shape[1],) * len(self.codebooks)

    def kept(
        self, vectors: Float[np.ndarray, "items dim"], level: int
    ) -> Bool[np.ndarray, "items dim"]:
        """The dimensions of a level's inputs that it encodes."""
        inner = np.maximum(vectors @ self.hidden[level] + self.hidden_bias[level], 0)
        return keep_top(inner @ self.out[level] + self.out_bias[level], self.k)

    def outputs(self, vectors: Float[np.ndarray, "items dim"]) -> list[LevelOutput]:
        """What each level makes of vectors."""
        found: list[LevelOutput] = []
        for level in range(len(self.codebooks)):
            inputs = found[-1].remainder if found else vectors
            kept = self.kept(inputs, level)
            found.append(
                orthogonal_level(inputs, self.rotations[level], kept, self.codebooks[level])
            )
        return found

    def encode(self, vectors: Float[np.ndarray, "items dim"]) -> Int64[np.ndarray, "items levels"]:
        """The code of each level."""
        return np.stack([output.codes for output in self.outputs(vectors)], axis=1)

    def decode(self, codes: Int64[np.ndarray, "items levels"]) -> Float[np.ndarray, "items dim"]:
        """The sum of what codes stand for, each turned back by the rotations before it."""
        check_codes(codes, self.sizes)
        found = np.zeros((len(codes), self.codebooks.shape[2]), self.codebooks.dtype)
        for level in reversed(range(len(self.codebooks))):
            found = (found + self.tables[level][codes[:, level]]) @ self.rotations[level].T
        return found

    def nearest_ids(
        self, vectors: Float[np.ndarray, "items dim"], beams: int
    ) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
        """The ids that leave least over; see `search_ids`."""
        return search_ids(vectors, self.sizes, self._errors, self._remainders, beams)

    def squared_errors(
        self, vectors: Float[np.ndarray, "items dim"], codes: Int64[np.ndarray, "items levels"]
    ) -> Float[np.ndarray, " items"]:
        """Squared length of what each id leaves over of its vector."""
        return squared_errors(vectors, codes, self._remainders)

    def _errors(
        self, inputs: Float[np.ndarray, "rows dim"], level: int
    ) -> Float[np.ndarray, "rows codes"]:
        turned, kept = inputs @ self.rotations[level], self.kept(inputs, level)
        deferred = np.square(np.where(kept, turned.dtype.type(0), turned)).sum(axis=1)
        found: Float[np.ndarray, "rows codes"] = deferred[:, None] + squared_distances(
            turned, self.codebooks[level], kept
        )
        return found

    def _remainders(
        self,
        inputs: Float[np.ndarray, "rows dim"],
        codes: Int64[np.ndarray, " rows"],
        level: int,
    ) -> Float[np.ndarray, "rows dim"]:
        turned, kept = inputs @ self.rotations[level], self.kept(inputs, level)
        words = self.codebooks[level][codes]
        left: Float[np.ndarray, "rows dim"] = np.where(kept, turned - words, turned)
        return left


def code_means(output: LevelOutput, codes: int) -> Float[np.ndarray, "codes dim"]:
    """Mean of what was encoded under each code of a level; 0 where nothing was."""
    sums = np.zeros((codes, output.primary.shape[1]), output.primary.dtype)
    np.add.at(sums, output.codes, output.primary)
    counts = np.bincount(output.codes, minlength=codes)
    means: Float[np.ndarray, "codes dim"] = sums / np.maximum(counts, 1)[:, None]
    return means.astype(sums.dtype)


def fit_orthogonal_quantizer(
    vectors: Float[np.ndarray, "items dim"],
    k: int,
    *,
    levels: int = 3,
    codes: int = 256,
    rotations: Float[np.ndarray, "levels dim dim"] | None = None,
    rounds: int = 20,
    seed: int = 0,
) -> OrthogonalQuantizer:
    """Fit codebooks by k-means where every item keeps the first `k` dimensions of each rotation.

    Nothing is learnt from behaviour: this is what `trovato.train.fit_dos` is compared with. With
    `k` the whole dimension, codes and error are those of `fit_residual_quantizer`, whatever the
    rotations, since Euclidean distance does not change under them.

    Parameters
    ----------
    vectors
        Of the items.
    k
        Dimensions that are kept.
    levels, codes
        Digits of an id, and values that each can take.
    rotations
        Orthogonal; None for the axes by falling variance of each level's input.
    rounds, seed
        Of k-means.

    Raises
    ------
    InvalidInputError
        If `k` is out of range.
    """
    dim, dtype = vectors.shape[1], vectors.dtype
    if not 1 <= k <= dim:
        raise InvalidInputError(f"keep 1 to {dim} dimensions, got {k}")
    turns = np.empty((levels, dim, dim), dtype)
    codebooks, tables = np.empty((2, levels, codes, dim), dtype)
    kept = np.broadcast_to(np.arange(dim) < k, vectors.shape)
    inputs = vectors
    for level in range(levels):
        turns[level] = principal_axes(inputs) if rotations is None else rotations[level]
        turned = np.where(kept, inputs @ turns[level], dtype.type(0))
        codebooks[level] = kmeans(turned, codes, rounds=rounds, seed=seed + level)
        output = orthogonal_level(inputs, turns[level], kept, codebooks[level])
        tables[level], inputs = code_means(output, codes), output.remainder
    width = 1
    falling = np.broadcast_to(np.arange(dim, 0, -1), (levels, dim)).astype(dtype)
    return OrthogonalQuantizer(
        turns,
        np.zeros((levels, dim, width), dtype),
        np.zeros((levels, width), dtype),
        np.zeros((levels, width, dim), dtype),
        falling,
        codebooks,
        tables,
        k,
    )
