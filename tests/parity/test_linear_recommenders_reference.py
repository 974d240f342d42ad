"""SLIM, BPR and LightGCN against scikit-learn, implicit, and slow plain twins."""

import numpy as np
import pytest
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix

from trovato.core import InvalidInputError, Sequences, generator
from trovato.ops import nonnegative_elastic_net
from trovato.train import LightGCNConfig, fit_bpr, fit_lightgcn, fit_slim
from trovato.train.interaction_matrix import interaction_matrix
from trovato.train.lightgcn import _bpr, _draw_others, _Graph

USERS, ITEMS = 60, 25


def drawn(seed: int = 0) -> tuple[np.ndarray, Sequences]:
    pairs = np.random.default_rng(seed).random((USERS, ITEMS)) < 0.2
    pairs[:, 7] = False  # an item that nobody cared for
    users, items = np.nonzero(pairs)
    return pairs.astype(np.float64), Sequences.of(users, items, USERS)


def slim_weights(pairs: np.ndarray, histories: Sequences, l1: float, l2: float) -> np.ndarray:
    found = fit_slim(histories, ITEMS, l1=l1, l2=l2)
    rows = Sequences(found.targets, found.offsets)
    dense = np.zeros((ITEMS, ITEMS))
    dense[rows.users, rows.items] = found.weights
    scores = found.score(histories).tile(0, ITEMS)
    np.testing.assert_allclose(scores, pairs @ dense, rtol=1e-4, atol=1e-5)
    return dense


@pytest.mark.parametrize(("l1", "l2"), [(0.5, 1.0), (0.0, 3.0), (2.0, 0.1)])
def test_slim_solves_its_conditions(l1: float, l2: float) -> None:
    pairs, histories = drawn()
    weights = slim_weights(pairs, histories, l1, l2)
    assert (weights >= 0).all()
    assert not np.diag(weights).any()
    # The slope of the objective is 0 at what is above 0, and not below 0 at what is 0.
    slope = pairs.T @ (pairs @ weights - pairs) + l2 * weights + l1
    off = ~np.eye(ITEMS, dtype=bool)
    np.testing.assert_allclose(slope[(weights > 0) & off], 0, atol=2e-2)
    assert slope[(weights == 0) & off].min() > -2e-2


@pytest.mark.slow
def test_slim_equals_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    pairs, histories = drawn(1)
    l1, l2 = 1.0, 4.0
    weights = slim_weights(pairs, histories, l1, l2)
    for item in range(ITEMS):
        others = np.arange(ITEMS) != item
        net = linear.ElasticNet(
            alpha=(l1 + l2) / USERS,
            l1_ratio=l1 / (l1 + l2),
            positive=True,
            fit_intercept=False,
            tol=1e-8,
            max_iter=10_000,
        )
        net.fit(pairs[:, others], pairs[:, item])
        np.testing.assert_allclose(weights[others, item], net.coef_, atol=1e-3)


def test_what_an_elastic_net_refuses() -> None:
    offsets, columns = np.array([0, 1]), np.zeros(1, np.int32)
    products = np.ones(1, np.float32)
    for l1, l2 in ((-1.0, 1.0), (0.0, 0.0)):
        with pytest.raises(InvalidInputError, match="l1"):
            nonnegative_elastic_net(offsets, columns, products, 0, 1, l1=l1, l2=l2)
    with pytest.raises(InvalidInputError, match="before last"):
        nonnegative_elastic_net(offsets, columns, products, 0, 2, l1=1.0, l2=1.0)
    with pytest.raises(InvalidInputError, match="columns"):
        nonnegative_elastic_net(offsets, columns + 3, products, 0, 1, l1=1.0, l2=1.0)


def test_bpr_has_the_vectors_of_implicit() -> None:
    pairs, histories = drawn(2)
    ours = fit_bpr(histories, ITEMS, dim=5, iterations=4, seed=3, threads=1)
    model = BayesianPersonalizedRanking(
        factors=5,
        learning_rate=0.01,
        regularization=0.01,
        iterations=4,
        random_state=int(generator(3, "BPR").integers(1 << 31)),
        num_threads=1,
    )
    model.fit(csr_matrix(pairs.astype(np.float32)), show_progress=False)
    np.testing.assert_array_equal(ours.vectors, model.item_factors)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_lightgcn_walks_the_whole_graph(layers: int) -> None:
    pairs, histories = drawn(3)
    config = LightGCNConfig(dim=4, layers=layers, epochs=1, learning_rate=1e-9, seed=1)
    found = fit_lightgcn(histories, ITEMS, config)
    start = generator(1, "LightGCN").standard_normal((ITEMS, 4), np.float32) * np.float32(0.1)
    degrees = np.concatenate([pairs.sum(1), pairs.sum(0)])
    whole = np.zeros((USERS + ITEMS, USERS + ITEMS))
    whole[:USERS, USERS:], whole[USERS:, :USERS] = pairs, pairs.T
    norms = 1 / np.sqrt(np.maximum(degrees, 1))
    whole *= norms[:, None] * norms[None, :]
    now = np.concatenate([np.zeros((USERS, 4)), start])
    total = now.copy()
    for _ in range(layers):
        now = whole @ now
        total += now
    users, items = total[:USERS] / (layers + 1), total[USERS:] / (layers + 1)
    scores = found.score(histories).tile(0, ITEMS)
    np.testing.assert_allclose(scores, users @ items.T, rtol=1e-3, atol=1e-5)


def test_the_gradient_of_lightgcn_is_that_of_its_loss() -> None:
    _, histories = drawn(4)
    graph = _Graph.of(interaction_matrix(histories, ITEMS, "LightGCN"), 3)
    random = np.random.default_rng(0)
    vectors = random.standard_normal((ITEMS, 3)).astype(np.float32)
    rows = random.integers(len(histories.items), size=30)
    batch = histories.users[rows], histories.items[rows], random.integers(ITEMS, size=30)
    _, gradient = _bpr(graph, vectors, *batch, 0.5)
    for place in ((0, 0), (5, 2), (20, 1)):
        moved = [vectors.copy(), vectors.copy()]
        moved[0][place] += 0.02
        moved[1][place] -= 0.02
        more, less = (_bpr(graph, one, *batch, 0.5)[0] for one in moved)
        assert gradient[place] == pytest.approx((more - less) / 0.04, abs=2e-4)


def test_lightgcn_pushes_away_only_what_nobody_of_a_row_cared_for() -> None:
    pairs, histories = drawn(5)
    known = np.sort(histories.users * ITEMS + histories.items)
    users = np.repeat(histories.users, 20)
    found = _draw_others(users, known, ITEMS, np.random.default_rng(0))
    assert not pairs[users, found].any()
    assert set(found.tolist()) == set(range(ITEMS))
    everything = np.arange(ITEMS)
    of_all = _draw_others(np.zeros(5, np.int64), everything, ITEMS, np.random.default_rng(0))
    assert of_all.shape == (5,)


def test_lightgcn_learns_and_repeats() -> None:
    users, items = np.nonzero(np.kron(np.eye(3), np.ones((20, 8))))
    kept = np.random.default_rng(0).random(len(users)) < 0.7
    histories = Sequences.of(users[kept], items[kept], 60)
    told: list[str] = []
    config = LightGCNConfig(dim=8, epochs=30)
    first = fit_lightgcn(histories, 24, config, progress=lambda stage, *_: told.append(stage))
    again = fit_lightgcn(histories, 24, config)
    np.testing.assert_array_equal(first.vectors, again.vectors)
    scores = first.score(histories).tile(0, 24)
    own = (np.arange(60) // 20)[:, None] == (np.arange(24) // 8)[None, :]
    assert scores[own].mean() > scores[~own].mean() + 1
    assert float(told[-1].split()[-1]) < 0.7 * float(told[1].split()[-1])
    for wrong in ({"layers": 0}, {"learning_rate": 0.0}):
        with pytest.raises(InvalidInputError):
            LightGCNConfig(**wrong)
