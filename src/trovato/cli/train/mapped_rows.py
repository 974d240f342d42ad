"""Rows of numbers from an `.npy` file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, UnreadableFileError


def mapped_rows(path: Path | None) -> Any:
    """An array that is mapped from its file."""
    if path is None:
        return None
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise UnreadableFileError(f"{path} is not an .npy file of numbers: {error}") from error
    if array.ndim != 2 or array.dtype.kind != "f":
        raise InvalidInputError(
            f"{path} must hold a row of floating-point numbers for each example, got "
            f"{array.dtype} of shape {array.shape}"
        )
    return array
