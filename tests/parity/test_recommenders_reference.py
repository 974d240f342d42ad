"""Recommenders against the library implicit and slow plain twins."""

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from trovato.core import Sequences
from trovato.retrieve.recommenders import ItemIds
from trovato.train import implicit_factors, item_neighbours

USERS, ITEMS = 80, 40


def drawn(seed: int = 0) -> tuple[np.ndarray, Sequences]:
    pairs = np.random.default_rng(seed).random((USERS, ITEMS)) < 0.15
    users, items = np.nonzero(pairs)
    return pairs, Sequences.of(users, items, USERS)


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("confidence", [1.0, 5.0, 20.0])
def test_users_are_solved_for_as_implicit_does(confidence: float, most: int) -> None:
    pairs, _ = drawn()
    times = pairs * np.random.default_rng(1).integers(1, most + 1, size=pairs.shape)
    users, items = (np.repeat(one, times[pairs]) for one in np.nonzero(pairs))
    histories = Sequences.of(users, items, USERS)
    factors = implicit_factors(
        histories, ITEMS, dim=6, regularisation=0.3, confidence=confidence, threads=1
    )
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(factors=6, regularization=0.3, alpha=confidence)
    model.item_factors = factors.vectors
    model.user_factors = np.zeros((USERS, 6), np.float32)
    theirs = model.recalculate_user(np.arange(USERS), csr_matrix(times.astype(np.float32)))
    np.testing.assert_allclose(factors.fold_in(histories), theirs, rtol=1e-3, atol=1e-4)


def test_fitting_lowers_the_loss_and_repeats() -> None:
    pairs, histories = drawn()

    def loss(iterations: int) -> float:
        fitted = implicit_factors(
            histories, ITEMS, dim=6, iterations=iterations, confidence=1.0, threads=1
        )
        return float(((fitted.score(histories).tile(0, ITEMS) - pairs) ** 2).sum())

    assert loss(10) < 0.99 * loss(1)
    assert loss(3) == loss(3)


@pytest.mark.parametrize("shrinkage", [0.0, 5.0])
def test_neighbours(shrinkage: float) -> None:
    pairs, histories = drawn(1)
    kept = np.zeros_like(pairs)
    recent = histories.last(4)
    kept[recent.users, recent.items] = True
    both = kept.T.astype(float) @ kept
    audience = kept.sum(axis=0)
    below = np.sqrt(np.outer(audience, audience)) + shrinkage
    similar = np.where(both > 0, both / np.where(below > 0, below, 1), 0)
    np.fill_diagonal(similar, 0)
    found = item_neighbours(
        histories, ITEMS, neighbours=5, shrinkage=shrinkage, max_sequence_length=4
    )
    dense = np.zeros((ITEMS, ITEMS))
    for item in range(ITEMS):
        order = sorted(
            range(ITEMS), key=lambda other: (-similar[item].astype(np.float32)[other], other)
        )
        wanted = [other for other in order[:5] if similar[item, other] > 0]
        assert [near for near in found.neighbours[item] if near >= 0] == wanted
        dense[item, wanted] = similar[item, wanted]
    np.testing.assert_allclose(
        found.score(histories).tile(0, ITEMS), kept @ dense, rtol=1e-5, atol=1e-6
    )


def test_places_follow_ids_as_text() -> None:
    random = np.random.default_rng(0)
    ids = np.unique(
        np.concatenate([np.arange(300), 10 ** np.arange(10), random.integers(0, 2**32, 500)])
    ).astype(np.uint32)
    catalogue = ItemIds.of(random.permutation(ids))
    assert [str(name) for name in catalogue.ids] == sorted(str(name) for name in ids)
    places = catalogue.places(ids)
    assert np.array_equal(catalogue.ids[places], ids)
    absent = np.setdiff1d(np.arange(1000, 1100), ids).astype(np.uint32)
    assert set(catalogue.places(absent).tolist()) == {-1}
