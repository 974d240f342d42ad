"""Pictures that look the same though their bytes differ: saved again, or in another size."""

from __future__ import annotations

from collections import defaultdict, deque

import numpy as np
from PIL import Image

from trovato.core.shapes import UInt8

_BITS = 3  # of 64 that may differ
_LEVELS = 3.0  # of 255 that colours may differ on average
_LOOKED_AT = 64  # newest pictures of each band: flat pictures share theirs with many


class NearDuplicates:
    """Finds pictures like those that were shown before.

    Two are alike when the 64 signs of neighbouring differences of brightness (the "difference hash"
    of 9 × 8 squares) differ in at most 3, and the colours of 8 × 8 squares by at most 3 levels on
    average. Of four bands of 16 signs one is then the same, so few pictures need be compared.
    """

    def __init__(self) -> None:
        self._bands: defaultdict[tuple[int, int], deque[tuple[str, int, UInt8[np.ndarray, "64 3"]]]]
        self._bands = defaultdict(lambda: deque(maxlen=_LOOKED_AT))

    def add(self, name: str, image: Image.Image) -> str | None:
        """Remember a picture; the name of one before it that looks the same, if there is any."""
        signs, colors = _signs(image), _colors(image)
        twin = None
        for band in range(4):
            held = self._bands[band, signs >> 16 * band & 0xFFFF]
            for other, others_signs, others_colors in held:
                if twin is None and (signs ^ others_signs).bit_count() <= _BITS:
                    apart = np.abs(colors.astype(np.int16) - others_colors).mean()
                    twin = other if apart <= _LEVELS else None
            held.append((name, signs, colors))
        return twin


def _signs(image: Image.Image) -> int:
    grey = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX), np.int16)
    bits = np.packbits(grey[:, 1:] > grey[:, :-1])
    return int.from_bytes(bits.tobytes(), "big")


def _colors(image: Image.Image) -> UInt8[np.ndarray, "64 3"]:
    small = image.convert("RGB").resize((8, 8), Image.Resampling.BOX)
    return np.asarray(small, np.uint8).reshape(64, 3)
