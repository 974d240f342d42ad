"""Numbers that look drawn, from numbers that need not."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import UInt64


def splitmix64(values: UInt64[np.ndarray, "*shape"]) -> UInt64[np.ndarray, "*shape"]:
    """Evenly spread 64-bit numbers: near inputs give far outputs, each input another one.

    Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".

    Examples
    --------
    >>> import numpy as np
    >>> splitmix64(np.array([0, 1], np.uint64)).tolist()
    [16294208416658607535, 10451216379200822465]
    """
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
