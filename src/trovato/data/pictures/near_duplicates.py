"""Pictures that look the same though their bytes differ: saved again, or in another size."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np
from PIL import Image

from trovato.core.shapes import UInt8

_BITS = 3  # of 64 that may differ
_LEVELS = 3.0  # of 255 that colours may differ on average
_LOOKED_AT = 64  # newest pictures of each band: flat pictures share theirs with many
_BANDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is left of a picture when it is saved again.

    Two pictures are alike when the 64 signs of neighbouring differences of brightness (the
    "difference hash" of 9 × 8 squares) differ in at most 3, and the colours of 8 × 8 squares by at
    most 3 levels on average. Of four bands of 16 signs one is then the same, so few pictures need
    be compared.

    Parameters
    ----------
    signs
        The 64 signs, as a number.
    colors
        Of the squares.
    """

    signs: int
    colors: UInt8[np.ndarray, "64 3"]

    @staticmethod
    def of(image: Image.Image) -> Look:
        """The look of a picture."""
        grey = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX), np.int16)
        bits = np.packbits(grey[:, 1:] > grey[:, :-1])
        small = image.convert("RGB").resize((8, 8), Image.Resampling.BOX)
        colors = np.asarray(small, np.uint8).reshape(64, 3)
        return Look(int.from_bytes(bits.tobytes(), "big"), colors)

    @property
    def bands(self) -> tuple[int, ...]:
        """The four bands of the signs, the last 16 first."""
        return tuple(self.signs >> 16 * band & 0xFFFF for band in range(_BANDS))

    def near(self, bands: tuple[int, ...]) -> bool:
        """Whether the signs of another picture, given by its bands, differ in few."""
        return sum((a ^ b).bit_count() for a, b in zip(self.bands, bands, strict=True)) <= _BITS

    def alike(self, other: Look) -> bool:
        """Whether two pictures look the same."""
        apart = np.abs(self.colors.astype(np.int16) - other.colors).mean()
        return self.near(other.bands) and bool(apart <= _LEVELS)


class NearDuplicates:
    """Finds pictures like those that were shown before."""

    def __init__(self) -> None:
        self._bands: defaultdict[tuple[int, int], deque[tuple[str, Look]]]
        self._bands = defaultdict(lambda: deque(maxlen=_LOOKED_AT))

    def add(self, name: str, look: Look) -> str | None:
        """Remember a picture; the name of one before it that looks the same, if there is any."""
        twin = None
        for band in enumerate(look.bands):
            held = self._bands[band]
            twin = twin or next((other for other, known in held if look.alike(known)), None)
            held.append((name, look))
        return twin
