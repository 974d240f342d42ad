"""Vectors of many items in one array, never padded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core.errors import InvalidInputError
from trovato.core.shapes import Int64, Shaped


@dataclass(frozen=True, slots=True, eq=False)
class RaggedVectors:
    """Token vectors of many items: item `i` owns rows `offsets[i]:offsets[i+1]`.

    Parameters
    ----------
    values
        `(tokens, dim)`, any number type.
    offsets
        `(items + 1,)`: starts at 0, never falls, ends at `tokens`.

    Raises
    ------
    InvalidInputError
        If the offsets do not describe the rows.
    """

    values: Shaped[np.ndarray, "tokens dim"]
    offsets: Int64[np.ndarray, " items_plus_1"]

    def __post_init__(self) -> None:
        if not len(self.offsets) or self.offsets[0] != 0 or self.offsets[-1] != len(self.values):
            raise InvalidInputError(
                f"offsets must start at 0 and end at the number of rows ({len(self.values)}), "
                f"got {self.offsets[:1]} … {self.offsets[-1:]}"
            )
        if bool(np.any(np.diff(self.offsets) < 0)):
            raise InvalidInputError("offsets must never fall; an item cannot own fewer than 0 rows")

    @staticmethod
    def stack(parts: Sequence[Shaped[np.ndarray, "_ dim"]]) -> RaggedVectors:
        """One ragged array from the vectors of each item, in order.

        Raises
        ------
        InvalidInputError
            If `parts` is empty: the dimension would be unknown.
        """
        if not parts:
            raise InvalidInputError("cannot stack no items: their dimension is unknown")
        offsets = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(part) for part in parts], out=offsets[1:])
        return RaggedVectors(np.concatenate(parts), offsets)

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return int(self.values.shape[1])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, item: int) -> Shaped[np.ndarray, "tokens dim"]:
        if not 0 <= item < len(self):
            raise IndexError(f"item {item} of {len(self)}")
        return self.values[self.offsets[item] : self.offsets[item + 1]]

    def __iter__(self) -> Iterator[Shaped[np.ndarray, "tokens dim"]]:
        return (self[item] for item in range(len(self)))
