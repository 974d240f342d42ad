"""The bins in which prison terms are compared."""

from __future__ import annotations

from bisect import bisect_left

from trovato.core import InvalidInputError

# Upper ends of bins 0…8 in months, each included; bin 9 is open.
TERM_BIN_ENDS = (0, 6, 9, 12, 24, 36, 60, 84, 120)


def term_bin(months: int | float) -> int:
    """The bin 0…9 of a term.

    Source: Chen et al. 2026 (arXiv 2602.04690), as released: bin 0 up to 0 months, then (0, 6],
    (6, 9], (9, 12], (12, 24], (24, 36], (36, 60], (60, 84], (84, 120] and above.

    Raises
    ------
    InvalidInputError
        If `months` is no number.
    """
    if months != months:
        raise InvalidInputError("a term must be a number of months, got NaN: leave the case out")
    return bisect_left(TERM_BIN_ENDS, months)
