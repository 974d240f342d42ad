"""Who cared for what, as a sparse matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from trovato.core import InvalidInputError, MissingExtraError, Sequences


def interaction_matrix(histories: Sequences, items: int, fitting: str) -> Any:
    """A scipy CSR matrix `(histories, items)`: how often each item stands in each history.

    Parameters
    ----------
    histories
        What each user cared for.
    items
        Size of the catalogue.
    fitting
        What it is for, for the message where scipy is missing.

    Raises
    ------
    InvalidInputError
        If nobody cared for anything.
    MissingExtraError
        If scipy is not installed.
    """
    if not len(histories.items):
        raise InvalidInputError("there is nothing to fit: no history holds an item")
    try:
        from scipy.sparse import csr_matrix
    except ImportError as error:
        raise MissingExtraError("scipy", "recommend", f"fitting {fitting}") from error
    ones = np.ones(len(histories.items), np.float32)
    matrix = csr_matrix((ones, histories.items, histories.offsets), (len(histories), items))
    matrix.sum_duplicates()
    return matrix
