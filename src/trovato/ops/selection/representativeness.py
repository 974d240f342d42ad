"""Whether an example pulls the weights where all of them together do.

Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278), representativeness. A gradient step changes a
gradient g by −ηHg, so H·g is where an example's gradient is going; the mean over the pool is where
the pool goes.
"""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Float64, Integer
from trovato.ops.arrays.mapped import release_mapped

_BLOCK = 1 << 20  # numbers held at once, beside the arguments

Matrix = Float[np.ndarray, "examples dim"]


def softmax_gradient(
    hidden: Matrix,
    items: Float[np.ndarray, "items dim"],
    targets: Integer[np.ndarray, " examples"],
    temperature: float = 1.0,
) -> Float64[np.ndarray, "examples dim"]:
    """Gradient of `−log p` of the target with respect to the hidden state: `(ē − e_target)/τ`.

    Parameters
    ----------
    hidden
        Hidden state of each example, from which items are scored.
    items
        Vector of each item; p = softmax(items · hidden / τ), and ē is the mean item under p.
    targets
        Row of each example's true item.
    temperature
        τ.

    Raises
    ------
    InvalidInputError
        If `temperature` is not above 0.
    """
    vectors = items.astype(np.float64)
    found = np.empty(hidden.shape, np.float64)
    for rows in _blocks(len(hidden), len(items)):
        chances = _softmax(hidden[rows], vectors, temperature)
        found[rows] = (chances @ vectors - vectors[targets[rows]]) / temperature
    return found


def softmax_hvp(
    hidden: Matrix,
    items: Float[np.ndarray, "items dim"],
    vectors: Matrix,
    temperature: float = 1.0,
    *,
    surrogate_gradients: Matrix | None = None,
) -> Float64[np.ndarray, "examples dim"]:
    """Hessian-vector product of `−log p` in the hidden state, in closed form.

    `H v = (Σ p e (e·v) − ē (ē·v)) / τ²`. It does not depend on the target.

    Parameters
    ----------
    hidden, items, temperature
        As for `softmax_gradient`.
    vectors
        v of each example, such as its gradient.
    surrogate_gradients
        If given, gradients g of the examples, and the second derivative is that of the surrogate
        `−p / stop_gradient(p)`, as in the released program: `H v − g (g·v)`. There the product is
        also taken with a gradient that is not held fixed, which doubles it; representativeness does
        not see a factor.

    Raises
    ------
    InvalidInputError
        If `temperature` is not above 0.
    """
    every = items.astype(np.float64)
    found = np.empty(hidden.shape, np.float64)
    for rows in _blocks(len(hidden), len(items)):
        chances = _softmax(hidden[rows], every, temperature)
        weighted = chances * (vectors[rows] @ every.T)
        found[rows] = weighted @ every - weighted.sum(1, keepdims=True) * (chances @ every)
        found[rows] /= temperature**2
    if surrogate_gradients is not None:
        along = np.sum(surrogate_gradients * vectors, axis=1, keepdims=True)
        found -= surrogate_gradients * along
    return found


def representativeness(directions: Matrix) -> Float64[np.ndarray, " examples"]:
    """`(1 + cos(d, mean d)) / 2` of each example; .5 for one without a direction.

    Parameters
    ----------
    directions
        Hessian-vector products, or gradients, projected or whole. They are read twice in blocks,
        and may be mapped from a file.

    Raises
    ------
    InvalidInputError
        If one is not finite.
    """
    total = np.zeros(directions.shape[1], np.float64)
    for rows in _blocks(*directions.shape):
        total += directions[rows].sum(axis=0, dtype=np.float64)
        release_mapped(directions)
    if not np.isfinite(total).all():
        raise InvalidInputError(
            "gradients must be finite, got nan or infinity: leave these examples out"
        )
    length = float(np.linalg.norm(total))
    found = np.full(len(directions), 0.5)
    for rows in _blocks(*directions.shape):
        block = directions[rows].astype(np.float64)
        lengths = np.linalg.norm(block, axis=1) * length
        along = np.divide(block @ total, lengths, out=np.zeros(len(block)), where=lengths > 0)
        found[rows] = (1 + along.clip(-1, 1)) / 2
        release_mapped(directions)
    return found


def _softmax(
    hidden: Matrix, items: Float64[np.ndarray, "items dim"], temperature: float
) -> Float64[np.ndarray, "examples items"]:
    if not temperature > 0:
        raise InvalidInputError(f"temperature must be above 0, got {temperature}")
    logits: Float64[np.ndarray, "examples items"] = hidden @ items.T / temperature
    chances: Float64[np.ndarray, "examples items"] = np.exp(
        logits - logits.max(axis=1, keepdims=True)
    )
    chances /= chances.sum(axis=1, keepdims=True)
    return chances


def _blocks(rows: int, width: int) -> list[slice]:
    step = max(1, _BLOCK // max(width, 1))
    return [slice(first, first + step) for first in range(0, rows, step)]
