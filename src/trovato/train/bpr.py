"""Item vectors by pairs of what somebody cared for and what not, by the library implicit."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, MissingExtraError, Sequences, generator
from trovato.retrieve.recommenders import Factors, popularity_scores
from trovato.train.interaction_matrix import interaction_matrix


def fit_bpr(
    histories: Sequences,
    items: int,
    *,
    dim: int = 64,
    learning_rate: float = 0.01,
    regularisation: float = 0.01,
    user_regularisation: float = 100.0,
    iterations: int = 100,
    seed: int = 0,
    threads: int = 0,
) -> Factors:
    """Fit item vectors by Bayesian personalised ranking (BPR).

    The vectors of users that are fitted with them are not kept: a user's vector is solved for from
    the history alone, as for `implicit_factors`, so that anyone with a history is answered.

    Source: Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback", 2009.

    Parameters
    ----------
    histories
        What each user cared for.
    items
        Size of the catalogue.
    dim
        Components of each vector, and one more for a bias.
    learning_rate
        Of the gradient descent, above 0.
    regularisation
        Weight of the vectors' squared lengths.
    user_regularisation
        The same, when a user's vector is solved for.
    iterations
        Rounds over as many drawn pairs as there are rows.
    seed
        Of the first vectors and the pairs.
    threads
        0 for one on each processor. The same seed gives the same vectors on one thread.

    Raises
    ------
    InvalidInputError
        If nobody cared for anything, or a number is out of range.
    MissingExtraError
        If implicit is not installed.
    """
    if dim < 1 or iterations < 1 or not learning_rate > 0:
        raise InvalidInputError(
            "dim and iterations must be at least 1 and learning_rate above 0, got "
            f"{dim}, {iterations} and {learning_rate}"
        )
    if regularisation < 0 or not user_regularisation > 0:
        raise InvalidInputError(
            "regularisation must be at least 0 and user_regularisation above 0, got "
            f"{regularisation} and {user_regularisation}"
        )
    matrix = interaction_matrix(histories.distinct(), items, "BPR")
    try:
        from implicit.cpu.bpr import BayesianPersonalizedRanking
    except ImportError as error:
        raise MissingExtraError("implicit", "recommend", "fitting BPR") from error
    model = BayesianPersonalizedRanking(
        factors=dim,
        learning_rate=learning_rate,
        regularization=regularisation,
        iterations=iterations,
        random_state=int(generator(seed, "BPR").integers(1 << 31)),
        num_threads=threads,
    )
    model.fit(matrix, show_progress=False)
    return Factors(
        np.ascontiguousarray(model.item_factors),
        1.0,
        user_regularisation,
        popularity_scores(histories, items),
    )
