"""Where values stand in a rising list."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Int64, UInt64


def sorted_places(
    rising: Int64[np.ndarray, " known"] | UInt64[np.ndarray, " known"],
    wanted: Int64[np.ndarray, " wanted"] | UInt64[np.ndarray, " wanted"],
) -> Int64[np.ndarray, " wanted"]:
    """The place of each wanted value in the list, or −1.

    Examples
    --------
    >>> import numpy as np
    >>> sorted_places(np.array([2, 5, 9]), np.array([9, 3, 2])).tolist()
    [2, -1, 0]
    """
    places = np.searchsorted(rising, wanted)
    there = places < len(rising)
    there[there] = rising[places[there]] == wanted[there]
    return np.where(there, places, -1)
