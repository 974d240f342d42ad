"""How many letters one word must change to be another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import check_many
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
    check_many("others", others)
    lengths = np.array([len(other) for other in others], np.int64)
    width = int(lengths.max(initial=0))
    letters = np.zeros((len(others), width), np.int64)
    for number, other in enumerate(others):
        letters[number, : len(other)] = [ord(letter) for letter in other]
    before_last = last = np.tile(np.arange(width + 1), (len(others), 1))
    for place, letter in enumerate(word):
        row = np.empty_like(last)
        row[:, 0] = place + 1
        equal = letters == ord(letter)
        for column in range(width):
            changed = last[:, column] + ~equal[:, column]
            found = np.minimum(np.minimum(row[:, column], last[:, column + 1]) + 1, changed)
            if place and column:
                swapped = equal[:, column - 1] & (letters[:, column] == ord(word[place - 1]))
                found[swapped] = np.minimum(found, before_last[:, column - 1] + 1)[swapped]
            row[:, column + 1] = found
        before_last, last = last, row
    distances: Int64[np.ndarray, " others"] = last[np.arange(len(others)), lengths]
    return distances
