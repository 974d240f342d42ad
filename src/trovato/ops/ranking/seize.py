"""SEIZE's score of a composed query: what the change gained or lost counts again."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float, Float64


def seize_scores(
    after: Float[np.ndarray, " pictures"],
    before: Float[np.ndarray, " pictures"],
    positive: float = 0.13,
    negative: float = 2.1,
) -> Float64[np.ndarray, " pictures"]:
    """Scores of SEIZE: what the change added to a picture's score counts again.

    S_after + p · max(Δ, 0) + n · min(Δ, 0), Δ = S_after − S_before. Not linear, so it re-scores
    pictures that another vector found.

    Source: SEIZE (ACM MM 2024), with the defaults of its program.

    Parameters
    ----------
    after, before
        Cosines with the description of the target, and with that of the reference picture.
    positive, negative
        p and n.
    """
    gain = np.asarray(after, np.float64) - before
    return np.asarray(after + positive * np.maximum(gain, 0) + negative * np.minimum(gain, 0))
