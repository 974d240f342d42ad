"""What functions on arrays ask of their arguments before a kernel sees them."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import DTypeLike

from trovato.core import InvalidInputError
from trovato.core.shapes import Shaped


def check_array(
    name: str,
    array: Shaped[np.ndarray, "..."],
    dtype: DTypeLike,
    dims: int,
    *,
    written: bool = False,
) -> None:
    """Refuse an array that a kernel cannot read, or write, in place.

    Raises
    ------
    InvalidInputError
        If it has another type or number of dimensions, is not in C order, or is to be written and
        read-only.
    """
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != dims:
        given = (
            f"{array.dtype} of shape {array.shape}"
            if isinstance(array, np.ndarray)
            else type(array).__name__
        )
        raise InvalidInputError(
            f"{name} must be a NumPy array of {np.dtype(dtype)} in {dims} dimensions, got {given}"
        )
    flags = array.flags
    if not flags.c_contiguous:
        raise InvalidInputError(
            f"{name} must be in C order, since it is used in place, got strides {array.strides}; "
            "pass numpy.ascontiguousarray of it, and keep that where results are written to it"
        )
    if written and not flags.writeable:
        raise InvalidInputError(f"results are written to {name}, which is read-only: pass a copy")


def checked_threads(threads: int) -> int:
    """How many threads a kernel may use; it starts no more than there are processors.

    Raises
    ------
    InvalidInputError
        If it is no whole number from 1 on.
    """
    if not isinstance(threads, int | np.integer) or threads < 1:
        raise InvalidInputError(f"threads must be a whole number, at least 1, got {threads!r}")
    return min(int(threads), sys.maxsize)
