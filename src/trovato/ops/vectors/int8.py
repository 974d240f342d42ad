"""Vectors in one byte per component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float16, Float32, Int8, Int64
from trovato.ops import _kernels
from trovato.ops.arguments import check_array


@dataclass(frozen=True, slots=True, eq=False)
class Int8Vectors:
    """Vectors as int8 codes with one scale each: vector `t` is `codes[t] * scales[t]`.

    Parameters
    ----------
    codes
        `(tokens, dim)`, each in −127…127: −128 is left out, so that codes are symmetric.
    scales
        `(tokens,)`, at least 0.

    Raises
    ------
    InvalidInputError
        If the two arrays differ in length, or one is of another type or not in C order.
    """

    codes: Int8[np.ndarray, "tokens dim"]
    scales: Float32[np.ndarray, " scales"]

    def __post_init__(self) -> None:
        check_array("codes", self.codes, np.int8, 2)
        check_array("scales", self.scales, np.float32, 1)
        if len(self.codes) != len(self.scales):
            raise InvalidInputError(
                f"each vector needs one scale, got {len(self.codes)} vectors and "
                f"{len(self.scales)} scales"
            )

    @staticmethod
    def stack(parts: Sequence[Int8Vectors]) -> Int8Vectors:
        """Put the vectors of at least one part after one another."""
        return Int8Vectors(
            np.concatenate([part.codes for part in parts]),
            np.concatenate([part.scales for part in parts]),
        )

    def dequantise(self) -> Float32[np.ndarray, "tokens dim"]:
        """The vectors that the codes stand for."""
        return np.asarray(self.codes * self.scales[:, None], np.float32)

    def take(self, rows: Int64[np.ndarray, " rows"]) -> Int8Vectors:
        """A copy of the vectors in those rows."""
        return Int8Vectors(self.codes[rows], self.scales[rows])

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, tokens: slice) -> Int8Vectors:
        """Some of the vectors, without a copy."""
        return Int8Vectors(self.codes[tokens], self.scales[tokens])


def int8_quantize(values: Float32[np.ndarray, "tokens dim"]) -> Int8Vectors:
    """Round each vector to int8, symmetrically: its largest component becomes ±127.

    A component is off by at most half a scale. A vector of zeros gets scale 0.

    Parameters
    ----------
    values
        `(tokens, dim)`, finite.

    Raises
    ------
    InvalidInputError
        If a value is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> int8_quantize(np.array([[1.0, -0.5]], np.float32)).codes.tolist()
    [[127, -64]]
    """
    values = np.ascontiguousarray(values, np.float32)
    codes, scales = np.empty(values.shape, np.int8), np.empty(len(values), np.float32)
    if not _kernels.int8_quantize(values, codes, scales):
        raise InvalidInputError("vectors must be finite; find where NaN or infinity comes from")
    return Int8Vectors(codes, scales)


def quantise_fp16(values: Float32[np.ndarray, "tokens dim"]) -> Float16[np.ndarray, "tokens dim"]:
    """Round each component to half precision.

    Parameters
    ----------
    values
        `(tokens, dim)`, finite.

    Raises
    ------
    InvalidInputError
        If a component is not finite, or above 65,504, where half precision ends.

    Examples
    --------
    >>> import numpy as np
    >>> quantise_fp16(np.array([[0.1]], np.float32)).dtype
    dtype('float16')
    """
    with np.errstate(over="ignore"):
        halves = values.astype(np.float16)
    if not bool(np.all(np.isfinite(halves))):
        raise InvalidInputError(
            f"fp16 holds components up to {np.finfo(np.float16).max:g}, got "
            f"{np.abs(values).max():g}: bring vectors to length 1, or store them as int8"
        )
    return halves
