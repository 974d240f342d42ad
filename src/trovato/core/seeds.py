"""Random numbers that depend on a seed and a purpose, never on what ran before."""

from __future__ import annotations

import zlib

import numpy as np

from trovato.core.errors import InvalidInputError


def generator(seed: int, purpose: str) -> np.random.Generator:
    """A fresh generator for one use.

    Parameters
    ----------
    seed
        The run's seed, at least 0.
    purpose
        A short name of what the numbers are for; two purposes never share a stream.

    Raises
    ------
    InvalidInputError
        If the seed is below 0.

    Examples
    --------
    >>> generator(7, "bootstrap").integers(100) == generator(7, "bootstrap").integers(100)
    np.True_
    """
    if seed < 0:
        raise InvalidInputError(f"a seed is at least 0, got {seed}")
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])
