"""Features of a pool around their mean at length 1, read in blocks."""

from __future__ import annotations

import zlib

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Float64, Int64
from trovato.ops import l2_normalize, release_mapped

_BLOCK = 1 << 20  # numbers held at once


class FeatureRows:
    """Rows less their mean, scaled to length 1; the whole is never copied.

    Parameters
    ----------
    values
        They may be mapped from a file.

    Raises
    ------
    InvalidInputError
        If one is not finite.
    """

    def __init__(self, values: Float[np.ndarray, "examples dim"]) -> None:
        self._values = values
        total, mark = np.zeros(values.shape[1], np.float64), 0
        for rows in self._blocks():
            block = np.ascontiguousarray(values[rows])
            total += block.sum(axis=0, dtype=np.float64)
            mark = zlib.crc32(block.tobytes(), mark)
            release_mapped(values)
        if not np.isfinite(total).all():
            raise InvalidInputError("features must be finite, got nan or infinity")
        self._mean = total / max(1, len(values))
        self.fingerprint = f"{mark:08x}"

    def take(self, rows: Int64[np.ndarray, " rows"]) -> Float64[np.ndarray, "rows dim"]:
        """Some rows."""
        centred = (self._values[rows] - self._mean).astype(np.float32)
        release_mapped(self._values)
        return l2_normalize(centred).astype(np.float64)

    def dot(self, weights: Float64[np.ndarray, " dim"]) -> Float64[np.ndarray, " examples"]:
        """Product of each row with the weights."""
        found = np.empty(len(self._values), np.float64)
        for rows in self._blocks():
            found[rows] = self.take(np.arange(rows.start, min(rows.stop, len(found)))) @ weights
        return found

    def _blocks(self) -> list[slice]:
        step = max(1, _BLOCK // max(self._values.shape[1], 1))
        return [slice(first, first + step) for first in range(0, len(self._values), step)]
