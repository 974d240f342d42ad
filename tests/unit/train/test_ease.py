"""EASE equals its definition, written out with a plain inverse."""

import numpy as np
import pytest

from trovato.core import InvalidInputError, Sequences
from trovato.testing import check_recommender
from trovato.train import fit_ease

USERS, ITEMS = np.nonzero(np.random.default_rng(0).random((40, 12)) < 0.3)
HISTORIES = Sequences.of(USERS, ITEMS, 40)


def test_weights_are_those_of_the_paper() -> None:
    matrix = np.zeros((40, 12))
    matrix[HISTORIES.users, HISTORIES.items] = 1
    inverse = np.linalg.inv(matrix.T @ matrix + 3.0 * np.eye(12))
    wanted = np.eye(12) - inverse / np.diag(inverse)[None, :]
    found = fit_ease(HISTORIES, 12, regularisation=3.0)
    assert found.weights == pytest.approx(wanted, abs=1e-5)
    assert found.score(HISTORIES).tile(0, 12) == pytest.approx(matrix @ wanted, abs=1e-4)


def test_repeats_count_once_and_the_laws_hold() -> None:
    twice = Sequences(np.repeat(HISTORIES.items, 2), HISTORIES.offsets * 2)
    once, again = fit_ease(HISTORIES, 12), fit_ease(twice, 12)
    assert np.array_equal(once.weights, again.weights)
    some = Sequences(np.array([1, 1, 5]), np.array([0, 2, 2, 3]))
    check_recommender(once, some)
    assert np.array_equal(
        once.score(some).tile(0, 12)[0], once.score(Sequences(*_one())).tile(0, 12)[0]
    )


def _one() -> tuple[np.ndarray, np.ndarray]:
    return np.array([1]), np.array([0, 1])


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="regularisation"):
        fit_ease(HISTORIES, 12, regularisation=0.0)
    with pytest.raises(InvalidInputError, match="nothing to fit"):
        fit_ease(Sequences(np.zeros(0, np.int64), np.zeros(1, np.int64)), 12)
