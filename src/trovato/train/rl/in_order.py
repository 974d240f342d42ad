"""Examples in their order, round and round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64


class InOrder:
    """Takes examples as they stand, never shuffled, and learns nothing.

    Parameters
    ----------
    count
        How many there are.

    Raises
    ------
    InvalidInputError
        If there is none.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise InvalidInputError(f"an order needs at least 1 example, got {count}")
        self._count = count

    @property
    def fingerprint(self) -> str:
        """The same for all."""
        return "in order"

    def batch(self, step: int, count: int) -> list[int]:
        """The next ones; after the last comes the first."""
        return [(step * count + n) % self._count for n in range(count)]

    def update(self, places: Sequence[int], rewards: Float64[np.ndarray, "groups size"]) -> None:
        """The order does not change."""

    def state(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Nothing."""
