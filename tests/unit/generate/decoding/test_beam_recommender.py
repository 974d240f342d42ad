"""Beam search as a recommender, beside exact scoring."""

import numpy as np
import pytest

from trovato.core import InvalidInputError, Recommender, Sequences
from trovato.generate.decoding import BeamRecommender, search_loss
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders import GenerativeRetrieval, bucket_log_shares
from trovato.testing import check_recommender
from trovato.train import GenerativeConfig
from trovato.train.generative.network import first_weights

CODES = np.random.default_rng(0).integers(0, [4, 5, 3], (30, 3))
COUNTS = np.random.default_rng(1).integers(0, 9, 30)
HISTORIES = Sequences(np.random.default_rng(2).integers(0, 30, 24), np.array([0, 5, 5, 12, 13, 24]))


def model() -> GenerativeRetrieval:
    config = GenerativeConfig(dim=8, width=6, max_sequence_length=5)
    shares = bucket_log_shares(CODES, COUNTS)
    drawn = first_weights(CODES, (4, 5, 3), shares, config, "some")
    drawn.tables[:] *= 60  # so that scores differ
    return drawn


@pytest.mark.parametrize("beams", [0, 4, 60])
def test_the_laws_of_a_recommender(beams: int) -> None:
    recommender: Recommender = BeamRecommender(model(), beams) if beams else model()
    check_recommender(recommender, HISTORIES)


def test_probabilities_of_all_items_add_up_to_one() -> None:
    scores = model().score(HISTORIES).tile(0, 30).astype(np.float64)
    assert np.exp(scores).sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_with_as_many_beams_as_ids_the_search_is_exact() -> None:
    exact = model().score(HISTORIES).tile(0, 30)
    found = BeamRecommender(model(), 60).score(HISTORIES).tile(0, 30)
    assert found == pytest.approx(exact, abs=1e-4)
    loss = search_loss(model(), HISTORIES, beams=60, k=10)
    assert (loss.overlap, loss.same_first) == (1, 1)
    assert loss.probability == pytest.approx(1, abs=1e-5)


def test_few_beams_find_fewer_items_and_none_that_is_not() -> None:
    narrow = BeamRecommender(model(), 2).score(HISTORIES).tile(0, 30)
    exact = model().score(HISTORIES).tile(0, 30)
    there = narrow > -np.inf
    assert (there.sum(axis=1) >= 2).all()
    assert there.sum() < there.size
    assert narrow[there] == pytest.approx(exact[there], abs=1e-4)
    assert search_loss(model(), HISTORIES, beams=2, k=10).overlap < 1


def test_every_item_of_a_bucket_is_ranked_by_its_share() -> None:
    codes = np.array([[0, 0], [0, 0], [1, 0]])
    shares = bucket_log_shares(codes, np.array([1, 5, 0]))
    assert np.exp(shares) == pytest.approx([2 / 8, 6 / 8, 1])
    config = GenerativeConfig(dim=8, width=6, max_sequence_length=5)
    made = BeamRecommender(first_weights(codes, (2, 1), shares, config, ""), 1)
    histories = Sequences(np.array([2]), np.array([0, 1]))
    best, _ = best_in_tiles(made.score(histories).tile, 1, 3, 3)
    assert best[0].tolist() in ([1, 0, -1], [2, -1, -1])
    with pytest.raises(InvalidInputError, match="one an item"):
        bucket_log_shares(codes, np.array([1]))
    with pytest.raises(InvalidInputError, match="beams"):
        BeamRecommender(made.model, 0)
