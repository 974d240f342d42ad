"""Values written to slots far apart."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Int64, Shaped
from trovato.ops import _kernels
from trovato.ops.arguments import check_array


def scatter(
    values: Shaped[np.ndarray, " rows"],
    slots: Int64[np.ndarray, " rows"],
    target: Shaped[np.ndarray, " slots"],
) -> None:
    """Write `target[slots[row]] = values[row]`, but for rows whose slot is below 0.

    Memory is asked for the slots of later rows meanwhile: three times as fast as NumPy when the
    target is larger than the caches.

    Parameters
    ----------
    values
        Of the type of `target`, 1, 2, 4 or 8 bytes each.
    slots
        Where each goes.
    target
        Changed.

    Raises
    ------
    InvalidInputError
        If types or lengths do not agree, the target cannot be written in place, or a slot lies
        beyond it; values before that one are written.
    """
    values, slots = np.ascontiguousarray(values), np.ascontiguousarray(slots)
    check_array("slots", slots, np.int64, 1)
    check_array("values", values, values.dtype, 1)
    check_array("target", target, target.dtype, 1, written=True)
    if values.dtype != target.dtype or len(values) != len(slots):
        raise InvalidInputError(
            f"wanted a slot for each value, and values of the type of the target, got "
            f"{len(values)} values of {values.dtype}, {len(slots)} slots and a target of "
            f"{target.dtype}"
        )
    if values.dtype.hasobject or values.itemsize not in (1, 2, 4, 8):
        raise InvalidInputError(f"values must have 1, 2, 4 or 8 bytes each, got {values.dtype}")
    bits = np.dtype(f"u{values.itemsize}")
    if not _kernels.scatter(slots, values.view(bits), target.view(bits)):
        raise InvalidInputError(
            f"slots must lie below {len(target)}, the length of the target, got {slots.max()}"
        )
