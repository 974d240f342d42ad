"""In what form vectors are stored: how finely, in how many dimensions, how many of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args

from trovato.core import InvalidInputError, plain

Codec = Literal["fp16", "int8", "8bit", "4bit", "2bit", "1bit", "binary"]
# The finest first.
CODECS: tuple[Codec, ...] = get_args(Codec)
# What stands for a codec in rows and headers: the bits of residual codes, or another number.
_NUMBERS: dict[Codec, int] = {
    "int8": 0,
    "1bit": 1,
    "2bit": 2,
    "4bit": 4,
    "8bit": 8,
    "fp16": 16,
    "binary": 32,
}
_RESIDUAL = {"8bit", "4bit", "2bit", "1bit"}
# Older collections may hold a pool factor such as `1e+06`.
_TEXT = re.compile(
    r"(?P<codec>\w+?)(/(?P<dims>\d+)d)?(/pool(?P<pooling>\d+(\.\d+)?(e\+\d+)?))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class VectorFormat:
    """How vectors are stored; its text is such as `int8` or `4bit/64d/pool2`.

    Parameters
    ----------
    codec
        `fp16`; `int8`; residual codes of `8bit`, `4bit`, `2bit` or `1bit` around centroids; or
        `binary`, the sign of each component.
    dims
        Components that are left of each vector after a projection; None for all.
    pooling
        So many tokens of a page share a vector on average, at least 1.

    Raises
    ------
    InvalidInputError
        If there is no such codec, or a number is out of range.

    Examples
    --------
    >>> VectorFormat.parse("4bit/64d").dims
    64
    """

    codec: Codec = "int8"
    dims: int | None = None
    pooling: float = 1.0

    def __post_init__(self) -> None:
        if self.codec not in CODECS:
            raise InvalidInputError(
                f"vectors are stored as one of {', '.join(CODECS)}, got {self.codec!r}"
            )
        if self.dims is not None and self.dims < 1:
            raise InvalidInputError(f"keep at least 1 dimension, got {self.dims}")
        if not 1 <= self.pooling < float("inf"):
            raise InvalidInputError(f"a pool factor must be at least 1, got {self.pooling}")

    @staticmethod
    def parse(text: str) -> VectorFormat:
        """The form whose text this is.

        Raises
        ------
        InvalidInputError
            If it is none.
        """
        found = _TEXT.fullmatch(text)
        if found is None:
            raise InvalidInputError(
                f"a form of vectors reads as int8, 4bit/64d or 4bit/64d/pool2, got {text!r}"
            )
        codec = next((known for known in CODECS if known == found["codec"]), None)
        if codec is None:
            raise InvalidInputError(
                f"vectors are stored as one of {', '.join(CODECS)}, got {found['codec']!r}"
            )
        dims = None if found["dims"] is None else int(found["dims"])
        return VectorFormat(codec, dims, float(found["pooling"] or 1))

    @staticmethod
    def of_columns(number: int, dims: int, pooling: float) -> VectorFormat:
        """The form that `columns` describes."""
        codec = next(codec for codec, known in _NUMBERS.items() if known == number)
        return VectorFormat(codec, dims or None, pooling)

    @property
    def columns(self) -> tuple[int, int, float]:
        """Number of the codec, dimensions (0 for all) and pool factor, as in rows of segments."""
        return _NUMBERS[self.codec], self.dims or 0, self.pooling

    @property
    def bits(self) -> int:
        """Bits per component of residual codes; 0 for every other codec."""
        return _NUMBERS[self.codec] if self.codec in _RESIDUAL else 0

    def width(self, dim: int) -> int:
        """Components of stored vectors that had `dim`."""
        return self.dims or dim

    def within(self, dim: int) -> VectorFormat:
        """The same form for vectors of `dim` components: all of them are no projection.

        Raises
        ------
        InvalidInputError
            If it has more dimensions than there are.
        """
        if self.dims is not None and self.dims > dim:
            raise InvalidInputError(f"keep 1 to {dim} dimensions, got {self.dims}")
        return replace(self, dims=None) if self.dims == dim else self

    def __or__(self, other: VectorFormat) -> VectorFormat:
        """The coarser of both in each respect: what is left of the one when it becomes the other.

        What is rounded away, cut off or pooled does not come back.
        """
        kept = [dims for dims in (self.dims, other.dims) if dims is not None]
        return VectorFormat(
            max(self.codec, other.codec, key=CODECS.index),
            min(kept, default=None),
            max(self.pooling, other.pooling),
        )

    def __str__(self) -> str:
        dims = "" if self.dims is None else f"/{self.dims}d"
        return f"{self.codec}{dims}" + ("" if self.pooling == 1 else f"/pool{plain(self.pooling)}")
