"""Vectors in one bit per component."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int8, Int64, UInt8
from trovato.ops.arguments import check_array
from trovato.ops.late_interaction.exact import check_ranges
from trovato.ops.vectors.int8 import Int8Vectors


def pack_signs(values: Float32[np.ndarray, "tokens dim"]) -> UInt8[np.ndarray, "tokens bytes"]:
    """Keep of each component whether it is above zero.

    Parameters
    ----------
    values
        `(tokens, dim)`, finite.

    Returns
    -------
    numpy.ndarray
        `(tokens, ⌈dim / 8⌉)`: eight components in a byte, the first in its highest bit; what is
        left of the last byte is 0.

    Raises
    ------
    InvalidInputError
        If a value is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> pack_signs(np.array([[1.0, -1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 2.0]], np.float32)).shape
    (1, 1)
    """
    if not bool(np.all(np.isfinite(values))):
        raise InvalidInputError("vectors must be finite; find where NaN or infinity comes from")
    return np.packbits(values > 0, axis=1)


def unpack_signs(packed: UInt8[np.ndarray, "tokens bytes"], dim: int) -> Int8Vectors:
    """The unit vectors that packed signs stand for: each component `±1/√dim`.

    They go into `maxsim` with the query as it is. So the query keeps its sizes and the items lose
    theirs: the better of the ways to score binary vectors, called fp × binary by Vespa
    (vespa-engine/vespa issue 32232). There the components are ±1, which changes no ranking.

    Parameters
    ----------
    packed
        `(tokens, ⌈dim / 8⌉)`, from `pack_signs`.
    dim
        How many components were packed, at least 1.

    Raises
    ------
    InvalidInputError
        If so many components do not take so many bytes, or these are none.

    Examples
    --------
    >>> import numpy as np
    >>> signs = pack_signs(np.array([[1.0, -1.0, 1.0, 1.0]], np.float32))
    >>> np.sign(unpack_signs(signs, 4).codes).tolist()
    [[1, -1, 1, 1]]
    """
    packed = np.ascontiguousarray(packed)
    check_array("packed", packed, np.uint8, 2)
    if dim < 1 or packed.shape[1] != -(-dim // 8):
        raise InvalidInputError(
            f"{dim} signs take {-(-dim // 8)} bytes, got {packed.shape[1]}; "
            "unpack with the dimension that was packed"
        )
    bits: Int8[np.ndarray, "tokens dim"] = np.unpackbits(packed, axis=1, count=dim).view(np.int8)
    return Int8Vectors(bits * np.int8(2) - np.int8(1), np.full(len(packed), dim**-0.5, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class SignVectors:
    """Packed signs that are unpacked where they are needed; see `unpack_signs`.

    Parameters
    ----------
    packed
        `(tokens, ⌈dim / 8⌉)`, from `pack_signs`.
    dim
        How many components were packed.
    """

    packed: UInt8[np.ndarray, "tokens bytes"]
    dim: int

    def __len__(self) -> int:
        return len(self.packed)

    def __getitem__(self, tokens: slice) -> Int8Vectors:
        """Some of the vectors, unpacked."""
        return unpack_signs(self.packed[tokens], self.dim)

    def take(self, rows: Int64[np.ndarray, " rows"]) -> Int8Vectors:
        """The vectors in those rows, unpacked."""
        return unpack_signs(self.packed[rows], self.dim)

    def decode(
        self,
        begins: Int64[np.ndarray, " ranges"],
        ends: Int64[np.ndarray, " ranges"],
        threads: int = 1,  # noqa: ARG002
        kernel: str | None = None,  # noqa: ARG002
    ) -> Int8Vectors:
        """The vectors of some ranges of rows, one range after another, by NumPy on one thread.

        Raises
        ------
        InvalidInputError
            If a range is not within the rows.
        """
        check_ranges(begins, ends, len(self))
        lengths = ends - begins
        starts = np.cumsum(lengths) - lengths
        return self.take(np.repeat(begins - starts, lengths) + np.arange(int(lengths.sum())))
