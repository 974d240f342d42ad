"""From a language model's scores to the token it writes."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float32, Float64


def top_p_distribution(
    logits: Float32[np.ndarray, " tokens"], temperature: float, top_p: float
) -> Float64[np.ndarray, " tokens"]:
    """Probabilities to draw the next token from.

    The softmax of `logits / temperature`, kept for the likeliest tokens that together reach `top_p`
    and 0 for the others. Equal tokens are kept in the order of their ids.

    Source: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.

    Parameters
    ----------
    logits
        `(tokens,)`.
    temperature
        Above 0.
    top_p
        In (0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> logits = np.log(np.array([0.6, 0.3, 0.1], np.float32))
    >>> top_p_distribution(logits, 1.0, 0.7).round(2).tolist()
    [0.67, 0.33, 0.0]
    """
    scaled = (logits.astype(np.float64) - float(logits.max())) / temperature
    probabilities = np.exp(scaled)
    probabilities /= probabilities.sum()
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]
    probabilities[order[1:][before[1:] >= top_p]] = 0
    kept: Float64[np.ndarray, " tokens"] = probabilities / probabilities.sum()
    return kept
