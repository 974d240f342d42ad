"""A curriculum: every part of the order runs from easy to hard."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64


def easy_to_hard(
    means: Float64[np.ndarray, " examples"], groups: int = 1
) -> Int64[np.ndarray, " examples"]:
    """Cut the rows into groups of one size and order each by falling mean reward.

    Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278), curriculum. Give the rows in a random
    order, so that each group sweeps the whole range. What is left over goes to the last group;
    ties keep their order.

    Parameters
    ----------
    means
        Mean reward of each row.
    groups
        How many; 1 for one sweep from easy to hard.

    Raises
    ------
    InvalidInputError
        If there is no group, or a group without a row.
    """
    if not 1 <= groups <= max(1, len(means)):
        raise InvalidInputError(f"{len(means)} examples cannot be cut into {groups} groups")
    size = len(means) // groups
    ends = [size * number for number in range(1, groups)]
    parts = np.split(np.arange(len(means)), ends)
    return np.concatenate([part[np.argsort(-means[part], kind="stable")] for part in parts])
