"""How many letters one word must change to be another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core.shapes import Int64


def edit_distances(word: str, others: Sequence[str]) -> Int64[np.ndarray, " others"]:
    """Letters put in, left out, changed, or swapped with their neighbour, from one word to others.

    Optimal string alignment (Damerau 1964; Wagner and Fischer 1974), one row of the table at a time
    for all words together.

    Parameters
    ----------
    word
        The word.
    others
        `(others,)` what it is compared with.

    Examples
    --------
    >>> edit_distances("impeler", ["impeller", "impelre", "gear"]).tolist()
    [1, 1, 5]
    """
    lengths = np.array([len(other) for other in others], np.int64)
    letters = np.zeros((len(others), int(lengths.max(initial=0))), np.int64)
    for row, other in enumerate(others):
        letters[row, : len(other)] = [ord(letter) for letter in other]
    width = letters.shape[1]
    before_last = last = np.broadcast_to(np.arange(width + 1), (len(others), width + 1))
    for place, letter in enumerate(word):
        row = np.empty_like(letters, shape=(len(others), width + 1))
        row[:, 0] = place + 1
        equal = letters == ord(letter)
        for column in range(width):
            row[:, column + 1] = np.minimum(
                np.minimum(row[:, column], last[:, column + 1]) + 1,
                last[:, column] + ~equal[:, column],
            )
            if place and column:
                swapped = equal[:, column - 1] & (letters[:, column] == ord(word[place - 1]))
                row[:, column + 1] = np.where(
                    swapped,
                    np.minimum(row[:, column + 1], before_last[:, column - 1] + 1),
                    row[:, column + 1],
                )
        before_last, last = last, row
    found: Int64[np.ndarray, " others"] = last[np.arange(len(others)), lengths]
    return found
