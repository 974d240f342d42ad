"""Vectors as a centroid and a few bits per component for what is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int64, Shaped, UInt8, UInt16
from trovato.ops import _kernels
from trovato.ops.arguments import check_array, checked_threads
from trovato.ops.late_interaction.centroid_scores import nearest
from trovato.ops.late_interaction.exact import check_ranges, checked_kernel
from trovato.ops.vectors.int8 import Int8Vectors

BITS = (1, 2, 4, 8)


@dataclass(frozen=True, eq=False)
class ResidualCodec:
    """Centroids, and levels for the components of residuals that all dimensions share.

    The codec of ColBERTv2 (Santhanam et al. 2021), section 3.3, with its bit order.

    Parameters
    ----------
    centroids
        `(cells, dim)`, unit vectors.
    cutoffs
        `(2**bits - 1,)`, rising: a component's code is how many of them lie below it.
    levels
        `(2**bits,)`: what each code stands for.

    Raises
    ------
    InvalidInputError
        If there are not as many levels as 1, 2, 4 or 8 bits can name, or cutoffs between them.
    """

    centroids: Int8Vectors
    cutoffs: Float32[np.ndarray, " cutoffs"]
    levels: Float32[np.ndarray, " levels"]

    def __post_init__(self) -> None:
        check_array("cutoffs", self.cutoffs, np.float32, 1)
        check_array("levels", self.levels, np.float32, 1)
        if len(self.levels) not in [1 << bits for bits in BITS]:
            raise InvalidInputError(
                f"a code has 1, 2, 4 or 8 bits, so there are 2, 4, 16 or 256 levels, "
                f"got {len(self.levels)}"
            )
        if len(self.cutoffs) != len(self.levels) - 1:
            raise InvalidInputError(
                f"{len(self.levels)} levels have {len(self.levels) - 1} cutoffs between them, "
                f"got {len(self.cutoffs)}"
            )

    @staticmethod
    def fit(
        centroids: Int8Vectors, sample: Int8Vectors, bits: int, rounds: int = 12, threads: int = 1
    ) -> ResidualCodec:
        """Choose cutoffs and levels by the residuals of a sample.

        They start with ColBERT's rule (cutoffs are the quantiles i / 2^bits, levels those of
        (i + ½) / 2^bits), which makes codes equally frequent. Each round then moves a level to the
        mean of what it stands for, and cutoffs half-way between levels, which makes the squared
        error smaller: Lloyd 1982.

        Parameters
        ----------
        centroids
            `(cells, dim)`, unit vectors.
        sample
            `(tokens, dim)`, at least one; better not those that the centroids were made from.
        bits
            1, 2, 4 or 8.
        rounds
            0 for ColBERT's rule alone.
        threads
            Processors to use.

        Raises
        ------
        InvalidInputError
            If `bits` is something else, or dimensions differ.
        """
        if bits not in BITS:
            raise InvalidInputError(f"a code has 1, 2, 4 or 8 bits, got {bits}")
        cells, _ = nearest(sample, centroids, threads)
        left = np.sort((sample.dequantise() - centroids.dequantise()[cells]).ravel())
        count = 1 << bits
        cutoffs = np.quantile(left, np.arange(1, count) / count)
        levels = np.quantile(left, (np.arange(count) + 0.5) / count)
        sums = np.concatenate([[0.0], np.cumsum(left, dtype=np.float64)])
        for _ in range(rounds):
            edges = np.concatenate([[0], np.searchsorted(left, cutoffs), [len(left)]])
            held = np.diff(edges)
            levels = np.where(held > 0, np.diff(sums[edges]) / np.maximum(held, 1), levels)
            cutoffs = (levels[1:] + levels[:-1]) / 2
        return ResidualCodec(centroids, cutoffs.astype(np.float32), levels.astype(np.float32))

    @property
    def bits(self) -> int:
        """Bits per component."""
        return len(self.levels).bit_length() - 1

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return int(self.centroids.codes.shape[1])

    @property
    def bytes_per_vector(self) -> int:
        """Bytes of codes; the cell takes two more."""
        return -(-self.dim * self.bits // 8)

    def encode(
        self,
        vectors: Int8Vectors,
        threads: int = 1,
        cells: Int64[np.ndarray, " tokens"] | None = None,
    ) -> ResidualVectors:
        """Put unit vectors into their cells and round what is left.

        Parameters
        ----------
        vectors
            `(tokens, dim)`.
        threads
            Processors to use; the result does not depend on it.
        cells
            The nearest centroid of each vector, where that is known already.

        Raises
        ------
        InvalidInputError
            If dimensions differ.
        """
        if cells is None:
            cells, _ = nearest(vectors, self.centroids, threads)
        packed = np.empty((len(vectors), self.bytes_per_vector), np.uint8)
        centroids = self.centroids.dequantise()
        most = max(1, _BLOCK // self.dim)
        for first in range(0, len(vectors), most):
            block = slice(first, first + most)
            left = vectors[block].dequantise() - centroids[cells[block]]
            packed[block] = pack_codes(
                np.searchsorted(self.cutoffs, left).astype(np.uint8), self.bits
            )
        return ResidualVectors(self, cells.astype(np.uint16), packed)

    @cached_property
    def byte_levels(self) -> Float32[np.ndarray, "256 per_byte"]:
        """The components that each byte of codes stands for."""
        every = np.arange(256, dtype=np.uint8)[:, None]
        return np.asarray(self.levels[unpack_codes(every, self.bits, 8 // self.bits)])

    @cached_property
    def fixed_byte_levels(self) -> Shaped[np.ndarray, "256 per_byte"]:
        """`byte_levels` in steps that centroids share; at most 2, as residuals of unit vectors."""
        return np.asarray(np.rint(np.clip(self.byte_levels, -2, 2) * _UNIT), np.int16)

    @cached_property
    def fixed_centroids(self) -> Shaped[np.ndarray, "cells dim"]:
        """The centroids in those steps: two bytes for each component, kept."""
        fixed = np.empty(self.centroids.codes.shape, np.int16)
        for first in range(0, len(fixed), 1024):
            part = self.centroids[first : first + 1024].dequantise()
            fixed[first : first + 1024] = np.rint(np.clip(part, -1, 1) * _UNIT)
        return fixed


@dataclass(frozen=True, eq=False)
class ResidualVectors:
    """Vectors under a codec: each stands for the unit vector along centroid plus residual.

    Parameters
    ----------
    codec
        What the codes mean.
    cells
        `(tokens,)`.
    packed
        `(tokens, codec.bytes_per_vector)`.

    Raises
    ------
    InvalidInputError
        If the arrays do not fit each other or the codec.
    """

    codec: ResidualCodec
    cells: UInt16[np.ndarray, " tokens"]
    packed: UInt8[np.ndarray, "tokens bytes"]

    def __post_init__(self) -> None:
        check_array("cells", self.cells, np.uint16, 1)
        check_array("packed", self.packed, np.uint8, 2)
        if self.packed.shape != (len(self.cells), self.codec.bytes_per_vector):
            raise InvalidInputError(
                f"{len(self.cells)} vectors need {self.codec.bytes_per_vector} bytes each, "
                f"got {self.packed.shape}"
            )
        if int(self.cells.max(initial=0)) >= len(self.codec.centroids):
            raise InvalidInputError(
                f"cells must be below {len(self.codec.centroids)}, got {self.cells.max()}"
            )

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, tokens: slice) -> Int8Vectors:
        """Some of the vectors, decoded."""
        start, stop, _ = tokens.indices(len(self))
        return self.decode(np.array([start]), np.array([max(start, stop)]))

    def take(self, rows: Int64[np.ndarray, " rows"]) -> Int8Vectors:
        """The vectors in those rows, decoded."""
        return self.decode(rows, rows + 1)

    def decode(
        self,
        begins: Int64[np.ndarray, " ranges"],
        ends: Int64[np.ndarray, " ranges"],
        threads: int = 1,
        kernel: str | None = None,
    ) -> Int8Vectors:
        """The vectors of some ranges of rows, one range after another.

        Codes of all kernels are equal to within 1, and scales to rounding.

        Raises
        ------
        InvalidInputError
            If a range is not within the rows, `threads` is below 1, or there is no such kernel.
        """
        begins, ends = np.ascontiguousarray(begins), np.ascontiguousarray(ends)
        check_ranges(begins, ends, len(self))
        threads = checked_threads(threads)
        starts = np.zeros(len(begins) + 1, np.int64)
        np.cumsum(ends - begins, out=starts[1:])
        codes = np.empty((int(starts[-1]), self.codec.dim), np.int8)
        scales = np.empty(int(starts[-1]), np.float32)
        _kernels.decode_residuals(
            checked_kernel(kernel),
            self.packed,
            self.cells,
            self.codec.centroids.codes,
            self.codec.centroids.scales,
            self.codec.byte_levels,
            begins,
            ends,
            starts,
            threads,
            codes,
            scales,
        )
        return Int8Vectors(codes, scales)

    def score(
        self,
        query: Int8Vectors,
        begins: Int64[np.ndarray, " items"],
        ends: Int64[np.ndarray, " items"],
        threads: int = 1,
        kernel: str | None = None,
    ) -> Float32[np.ndarray, " items"]:
        """MaxSim of items that own those ranges of rows, decoded where they are multiplied.

        Vectors are not rounded to int8 on the way, so scores differ from those of `decode` by that
        rounding. All kernels give the same.

        Raises
        ------
        InvalidInputError
            If a range is not within the rows, dimensions differ, `threads` is below 1, or there is
            no such kernel.
        """
        begins, ends = np.ascontiguousarray(begins), np.ascontiguousarray(ends)
        check_ranges(begins, ends, len(self))
        threads = checked_threads(threads)
        if not len(query) or query.codes.shape[1] != self.codec.dim:
            raise InvalidInputError(
                f"a query needs at least one token of {self.codec.dim} components, got "
                f"{query.codes.shape}"
            )
        scores = np.empty(len(begins), np.float32)
        _kernels.maxsim_residual(
            checked_kernel(kernel),
            query.codes,
            query.scales,
            self.packed,
            self.cells,
            self.codec.fixed_centroids,
            self.codec.fixed_byte_levels,
            begins,
            ends,
            threads,
            scores,
        )
        return scores


# Components as whole numbers: those of a centroid and a level are at most 3, a sum of so many that
# make up a unit vector fits 32 bits.
_UNIT = 1 << 13
_BLOCK = 1 << 22  # components whose residuals are rounded together


def pack_codes(
    codes: UInt8[np.ndarray, "tokens dim"], bits: int
) -> UInt8[np.ndarray, "tokens bytes"]:
    """Codes of so many bits as bytes, in ColBERT's order.

    The bits of a code follow each other from the lowest to the highest, those of one byte from the
    highest place to the lowest; the last byte is filled up with zeros.
    """
    planes = (codes[:, :, None] >> np.arange(bits, dtype=np.uint8)) & 1
    return np.packbits(planes.reshape(len(codes), -1), axis=1)


def unpack_codes(
    packed: UInt8[np.ndarray, "tokens bytes"], bits: int, dim: int
) -> UInt8[np.ndarray, "tokens dim"]:
    """The codes that `pack_codes` was given."""
    planes = np.unpackbits(packed, axis=1, count=dim * bits).reshape(len(packed), dim, bits)
    shifted = planes << np.arange(bits, dtype=np.uint8)
    return np.asarray(shifted.sum(axis=2, dtype=np.uint8))
