"""Generative retrieval learns what follows, goes on where it stopped, and equals its torch form."""

from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError, Sequences
from trovato.generate.decoding import BeamRecommender
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders import GenerativeRetrieval, ItemIds, load_recommender
from trovato.retrieve.recommenders import save_recommender as save
from trovato.train import GenerativeConfig, fit_generative

pytestmark = pytest.mark.needs("torch")

ITEMS = 24
CODES = np.stack(np.unravel_index(np.arange(ITEMS), (4, 6)), axis=1).astype(np.int64)
CONFIG = GenerativeConfig(
    dim=16,
    blocks=1,
    width=16,
    max_sequence_length=8,
    epochs=14,
    batch=16,
    dropout=0.0,
    learning_rate=0.01,
    patience=14,
)


def cycles(users: int = 120) -> Sequences:
    """Item n is followed by n + 1."""
    rows = (np.random.default_rng(0).integers(ITEMS, size=users)[:, None] + np.arange(9)) % ITEMS
    return Sequences(rows.ravel(), np.arange(users + 1) * 9)


def same(one: GenerativeRetrieval, other: GenerativeRetrieval) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("tables", "prefixes", "inner", "projections", "positions", "scales")
    )


@pytest.mark.slow
def test_it_learns_what_follows() -> None:
    fitted = fit_generative(cycles(), CODES, (4, 6), CONFIG)
    asked = Sequences(np.arange(ITEMS), np.arange(ITEMS + 1))
    best, _ = best_in_tiles(BeamRecommender(fitted, 5).score(asked).tile, ITEMS, ITEMS, 1)
    assert (best[:, 0] == (np.arange(ITEMS) + 1) % ITEMS).mean() > 0.9


@pytest.mark.slow
def test_a_resumed_run_equals_an_unbroken_one(tmp_path: Path) -> None:
    from dataclasses import replace

    whole = fit_generative(cycles(60), CODES, (4, 6), replace(CONFIG, epochs=4))
    half = tmp_path / "half.npz"
    fit_generative(cycles(60), CODES, (4, 6), replace(CONFIG, epochs=2), checkpoint=half)
    resumed = fit_generative(cycles(60), CODES, (4, 6), replace(CONFIG, epochs=4), checkpoint=half)
    assert same(whole, resumed)
    with pytest.raises(InvalidInputError, match="other data"):
        fit_generative(cycles(60), CODES[::-1].copy(), (4, 6), CONFIG, checkpoint=half)


def test_numpy_reads_and_scores_as_torch_does() -> None:
    import torch

    from trovato.train.generative.network import (
        LEARNT,
        first_weights,
        hidden_states,
        level_scores,
    )

    start = first_weights(CODES, (4, 6), np.zeros(ITEMS, np.float32), CONFIG, "")
    weights = {name: torch.from_numpy(getattr(start, name)) for name in LEARNT}
    items, lengths = torch.tensor([[3, 4, 5], [7, 0, 0]]), torch.tensor([3, 1])
    made = hidden_states(
        weights, torch.from_numpy(CODES), items, lengths, GenerativeConfig(dropout=0.0), None
    )
    histories = Sequences(np.array([3, 4, 5, 7]), np.array([0, 3, 4]))
    hidden = start.hidden(histories)
    assert made[[0, 1], [3, 1]].numpy() == pytest.approx(hidden, abs=1e-4)
    written = np.array([[1], [2]])
    whole = torch.from_numpy(np.concatenate([written, written], axis=1))
    scores = level_scores(weights, torch.from_numpy(hidden), whole, 1, 0.0, None)
    assert scores.numpy()[:, :6] == pytest.approx(start.next_scores(hidden, written), abs=1e-4)


def test_a_file_holds_all_of_it(tmp_path: Path) -> None:
    from dataclasses import replace

    fitted = fit_generative(cycles(20), CODES, (4, 6), replace(CONFIG, epochs=1), ids="1234")
    names = ItemIds.of([f"i{n:02}" for n in range(ITEMS)])
    save(tmp_path / "some.npz", fitted, names, {"ids": "1234"})
    loaded, _, _ = load_recommender(tmp_path / "some.npz")
    asked = cycles(3)
    assert np.array_equal(loaded.score(asked).tile(0, ITEMS), fitted.score(asked).tile(0, ITEMS))
    assert isinstance(loaded, GenerativeRetrieval)
    assert loaded.ids == "1234"


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="nothing to fit"):
        fit_generative(Sequences(np.zeros(0, np.int64), np.zeros(1, np.int64)), CODES, (4, 6))
    for wrong in ({"dim": 0}, {"heads": 3, "dim": 8}, {"dropout": 1.0}):
        with pytest.raises(InvalidInputError):
            GenerativeConfig(**wrong)
