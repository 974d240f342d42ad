"""Arrays that are mapped from files, read in passes."""

from __future__ import annotations

import mmap
import sys

import numpy as np

from trovato.core.shapes import Float


def release_mapped(array: Float[np.ndarray, "rows dim"]) -> None:
    """Let go of the pages that were read of an array mapped from a file, to be read again at need.

    So that a pass over a file larger than memory holds a block at a time. Arrays in memory, those
    that may be written, and parts of an array are left alone.

    Parameters
    ----------
    array
        Such as `numpy.load(path, mmap_mode="r")`.
    """
    pages = array.base
    if isinstance(pages, mmap.mmap) and not array.flags.writeable and sys.platform != "win32":
        pages.madvise(mmap.MADV_DONTNEED)
