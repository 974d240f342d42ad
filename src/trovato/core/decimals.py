"""Numbers as text."""

from __future__ import annotations

import numpy as np


def plain(number: float) -> str:
    """The shortest decimal text, without an exponent, that reads back as the same number."""
    return np.format_float_positional(number + 0.0, trim="-")  # of -0.0 makes 0.0
