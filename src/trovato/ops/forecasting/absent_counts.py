"""What stands in a window of counts where nothing was counted."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float64

# Of the smallest count of the bin, where all that is known is that a count was below it.
_CENSORED_SHARE = 0.5


def fill_censored(
    window: Float64[np.ndarray, "items bins"], lowest: Float64[np.ndarray, " bins"]
) -> Float64[np.ndarray, "items bins"]:
    """Half of the smallest count of the bin for each NaN: the middle of what it may have been.

    Parameters
    ----------
    window
        Counts; NaN where an item was below the smallest count that was listed.
    lowest
        The smallest count of each bin.
    """
    filled: Float64[np.ndarray, "items bins"] = np.where(
        np.isnan(window), _CENSORED_SHARE * lowest, window
    )
    return filled


def fill_missing(window: Float64[np.ndarray, "items bins"]) -> Float64[np.ndarray, "items bins"]:
    """The last count before each NaN; before the first, that one; 0 in a row without any.

    Parameters
    ----------
    window
        Counts; NaN where nobody knows.
    """
    items, bins = window.shape
    known = ~np.isnan(window)
    newest = np.maximum.accumulate(np.where(known, np.arange(bins), -1), axis=1)
    first = np.argmax(known, axis=1)
    at = np.where(newest >= 0, newest, first[:, None])
    filled: Float64[np.ndarray, "items bins"] = np.nan_to_num(window[np.arange(items)[:, None], at])
    return filled
