"""Elastic nets of each variable on all others, without negative weights."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int32, Int64
from trovato.ops import _kernels


def nonnegative_elastic_net(
    offsets: Int64[np.ndarray, " variables_plus_1"],
    columns: Int32[np.ndarray, " products"],
    products: Float32[np.ndarray, " products"],
    first: int,
    last: int,
    *,
    l1: float,
    l2: float,
    sweeps: int = 100,
    tolerance: float = 1e-4,
) -> Float32[np.ndarray, " weights"]:
    """Weights of some variables on all others, by coordinate descent on their products.

    For each variable t: w ≥ 0 with w_t = 0 that minimises ½‖a_t − A w‖² + ½ l2 ‖w‖² + l1 ‖w‖₁.
    Since products are not negative, a variable whose product with t is 0 gets no weight; so the
    weights stand in the places of the products.

    Source: Friedman, Hastie and Tibshirani, "Regularization paths for generalized linear models via
    coordinate descent", 2010, section 2.2.

    Parameters
    ----------
    offsets, columns, products
        AᵀA row by row: row t is `columns[offsets[t]:offsets[t + 1]]`, rising, and none below 0.
    first, last
        The variables, from `first` to before `last`.
    l1, l2
        Penalties, at least 0 and together above 0.
    sweeps
        Most rounds over the weights of a variable.
    tolerance
        Stop when no weight moves by more.

    Returns
    -------
    Weights in the places of the products of these rows.

    Raises
    ------
    InvalidInputError
        If a number is out of range, or the arrays do not fit each other.
    """
    if l1 < 0 or l2 < 0 or not l1 + l2 > 0 or sweeps < 1 or tolerance < 0:
        raise InvalidInputError(
            "l1, l2 and tolerance must be at least 0, l1 + l2 above 0 and sweeps at least 1, got "
            f"{l1}, {l2}, {tolerance} and {sweeps}"
        )
    if not 0 <= first <= last < len(offsets):
        raise InvalidInputError(
            f"wanted variables from first to before last of {len(offsets) - 1}, got {first} and "
            f"{last}"
        )
    weights = np.empty(int(offsets[last] - offsets[first]), np.float32)
    try:
        _kernels.elastic_net(
            offsets, columns, products, first, last, l1, l2, sweeps, tolerance, weights
        )
    except ValueError as error:
        raise InvalidInputError(f"these are no products of variables: {error}") from error
    return weights
