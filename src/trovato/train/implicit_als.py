"""Matrix factorisation of implicit feedback, by the library implicit."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, MissingExtraError, Sequences, generator
from trovato.retrieve.recommenders import Factors, popularity_scores
from trovato.train.interaction_matrix import interaction_matrix


def implicit_factors(
    histories: Sequences,
    items: int,
    *,
    dim: int = 64,
    regularisation: float = 0.01,
    confidence: float = 10.0,
    iterations: int = 15,
    seed: int = 0,
    threads: int = 0,
) -> Factors:
    """Fit item factors by alternating least squares (iALS).

    Source: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", 2008.

    Parameters
    ----------
    histories
        What each user cared for.
    items
        Size of the catalogue.
    dim
        Components of each vector.
    regularisation
        Weight of the vectors' squared lengths.
    confidence
        Weight of what was cared for, for each time, against 1 for all other pairs.
    iterations
        Rounds over users and items.
    seed
        Of the vectors to start from.
    threads
        0 for one on each processor. The same seed gives the same factors on one thread.

    Raises
    ------
    InvalidInputError
        If nobody cared for anything, or a number is out of range.
    MissingExtraError
        If implicit is not installed.
    """
    if dim < 1 or iterations < 1 or regularisation < 0 or confidence <= 0:
        raise InvalidInputError(
            "dim and iterations must be at least 1, regularisation at least 0 and confidence "
            f"above 0, got {dim}, {iterations}, {regularisation} and {confidence}"
        )
    matrix = interaction_matrix(histories, items, "iALS")
    try:
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingExtraError("implicit", "recommend", "fitting iALS") from error
    start = int(generator(seed, "iALS").integers(1 << 31))
    # Its own threads do the work; those of the linear algebra below would only be in their way.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=dim,
            regularization=regularisation,
            alpha=confidence,
            iterations=iterations,
            random_state=start,
            num_threads=threads,
        )
        model.fit(matrix, show_progress=False)
    return Factors(
        np.ascontiguousarray(model.item_factors),
        confidence,
        regularisation,
        popularity_scores(histories, items),
    )
