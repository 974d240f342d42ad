"""SASRec on histories whose next item is known, and a training that is cut off."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    Recommender,
    Sequences,
    UnreadableFileError,
)
from trovato.retrieve.recommenders import ItemScores, SelfAttention
from trovato.train import SASRec, fit_sasrec
from trovato.train.sequence.batching import Windows

ITEMS, USERS, LENGTH, NOISE = 50, 300, 20, 0.1
FEW = np.arange(100)
SMALL = SASRec(dim=8, blocks=1, max_sequence_length=6, epochs=4, batch=16, dropout=0.1, negatives=4)


def planted() -> tuple[Sequences, np.ndarray]:
    """Each item has one that follows it, nine times of ten; and what truly comes at the end."""
    random = np.random.default_rng(0)
    follows = random.permutation(ITEMS)
    rows = np.empty((USERS, LENGTH), np.int64)
    rows[:, 0] = random.integers(ITEMS, size=USERS)
    for place in range(1, LENGTH):
        strays = random.random(USERS) < NOISE
        other = random.integers(ITEMS, size=USERS)
        rows[:, place] = np.where(strays, other, follows[rows[:, place - 1]])
    return Sequences(rows.ravel(), np.arange(USERS + 1) * LENGTH), follows[rows[:, -1]]


def few() -> Sequences:
    return planted()[0].take(FEW)


def ndcg(recommender: Recommender, histories: Sequences, truth: np.ndarray) -> float:
    scores = recommender.score(histories).tile(0, ITEMS)
    ranks = 1 + (scores > scores[np.arange(len(truth)), truth][:, None]).sum(axis=1)
    return float(np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0).mean())


@pytest.mark.needs("torch")
@pytest.mark.parametrize("negatives", [0, 16])
def test_it_learns_what_follows_what(negatives: int) -> None:
    histories, truth = planted()
    config = SASRec(
        dim=32,
        max_sequence_length=LENGTH,
        negatives=negatives,
        epochs=30,
        batch=16,
        learning_rate=2e-3,
    )
    fitted = fit_sasrec(histories, ITEMS, replace(config, patience=10), threads=1)
    counts = np.bincount(histories.items, minlength=ITEMS).astype(np.float32)
    assert ndcg(fitted, histories, truth) > 0.9
    assert ndcg(ItemScores(counts), histories, truth) < 0.2


def same(one: SelfAttention, other: SelfAttention) -> bool:
    histories = few()
    scores = one.score(histories).tile(0, ITEMS)
    return np.array_equal(scores, other.score(histories).tile(0, ITEMS))


@pytest.mark.needs("torch")
def test_the_seed_gives_the_weights() -> None:
    histories = few()
    first, again = (fit_sasrec(histories, ITEMS, SMALL, threads=1) for _ in range(2))
    assert same(first, again)
    assert not same(first, fit_sasrec(histories, ITEMS, replace(SMALL, seed=1), threads=1))


class KilledError(Exception):
    pass


def epoch_of(stage: str) -> int:
    return int(stage.split()[1])


@pytest.mark.needs("torch")
@pytest.mark.parametrize(("epoch", "negatives"), [(1, 4), (2, 4), (4, 0)])
def test_a_training_goes_on_after_a_kill(epoch: int, negatives: int, tmp_path: Path) -> None:
    histories = few()
    config = replace(SMALL, negatives=negatives)
    unbroken = fit_sasrec(histories, ITEMS, config, threads=1, checkpoint=tmp_path / "whole.npz")
    seen: list[int] = []

    def kill(stage: str, done: int, total: int) -> None:
        if epoch_of(stage) == epoch and done > total // 2:
            raise KilledError

    def note(stage: str, _done: int, _total: int) -> None:
        seen.append(epoch_of(stage))

    path = tmp_path / "broken.npz"
    with pytest.raises(KilledError):
        fit_sasrec(histories, ITEMS, config, threads=1, checkpoint=path, progress=kill)
    resumed = fit_sasrec(histories, ITEMS, config, threads=1, checkpoint=path, progress=note)
    assert seen[0] == epoch
    assert same(resumed, unbroken)
    assert path.read_bytes() == (tmp_path / "whole.npz").read_bytes()
    seen.clear()
    assert same(
        fit_sasrec(histories, ITEMS, config, threads=1, checkpoint=path, progress=note), unbroken
    )
    assert not seen
    more = replace(config, epochs=5)
    fit_sasrec(histories, ITEMS, more, threads=1, checkpoint=path, progress=note)
    assert set(seen) == {5}


@pytest.mark.needs("torch")
def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path) -> None:
    histories = few()
    path = tmp_path / "some.npz"
    fit_sasrec(histories, ITEMS, replace(SMALL, epochs=1), threads=1, checkpoint=path)
    whole = path.read_bytes()
    for config, data in ((replace(SMALL, seed=5), histories), (SMALL, planted()[0])):
        with pytest.raises(InvalidInputError, match="other data"):
            fit_sasrec(data, ITEMS, config, checkpoint=path)
    for broken in (b"", whole[:1000]):
        path.write_bytes(broken)
        with pytest.raises(UnreadableFileError, match="begin anew"):
            fit_sasrec(histories, ITEMS, SMALL, checkpoint=path)


@pytest.mark.needs("torch")
def test_it_stops_early_and_keeps_the_best() -> None:
    histories = few()
    noise = Sequences(
        np.random.default_rng(0).integers(ITEMS, size=len(histories.items)), histories.offsets
    )
    told: list[tuple[str, int, int]] = []
    config = replace(SMALL, epochs=30, patience=2, dim=16, dropout=0.0)
    best = fit_sasrec(noise, ITEMS, config, threads=1, progress=lambda *one: told.append(one))
    # A round tells the measure of the one before.
    measures = {
        epoch_of(stage) - 1: float(stage.split()[-1]) for stage, _, _ in told if "held" in stage
    }
    last = epoch_of(told[-1][0])
    assert last < 30
    at = max(measures, key=measures.__getitem__)
    assert last == at + 2
    short = fit_sasrec(noise, ITEMS, replace(config, epochs=at), threads=1)
    assert same(best, short)
    assert told[-1][1] == told[-1][2] == len(noise.items) - len(FEW) // 10


@pytest.mark.needs("torch")
def test_histories_may_be_mapped_from_a_file(tmp_path: Path) -> None:
    histories = few()
    np.save(tmp_path / "items.npy", histories.items)
    mapped = Sequences(np.load(tmp_path / "items.npy", mmap_mode="r"), histories.offsets)
    first, again = (fit_sasrec(some, ITEMS, SMALL, threads=1) for some in (histories, mapped))
    assert same(first, again)


def test_every_row_is_learnt_from_once() -> None:
    random = np.random.default_rng(0)
    lengths = random.integers(0, 30, size=200)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    histories = Sequences(np.arange(offsets[-1]), offsets)
    without = np.minimum(lengths, random.integers(0, 2, size=200))
    windows = Windows.of(histories, without, 7)
    assert (windows.lengths[:-1] <= 7).all()
    found = []
    cells = 0
    for batch in windows.batches(8, np.random.default_rng(1)):
        real = batch.targets >= 0
        found += batch.targets[real].tolist()
        cells += batch.targets.size
        after = real[:, 1:]
        assert (batch.targets[:, 1:][after] == batch.items[after] + 1).all()
    kept = np.concatenate(
        [history[: len(history) - out] for history, out in zip(histories, without, strict=True)]
    )
    assert sorted(found) == kept.tolist()
    assert cells < 1.3 * len(found)
    orders = [
        [batch.targets[0, 0] for batch in windows.batches(8, np.random.default_rng(seed))]
        for seed in (1, 1, 2)
    ]
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.needs("torch")
def test_few_users_are_enough() -> None:
    histories = Sequences.of(np.array([0, 0, 2]), np.array([1, 2, 0]), 3)
    fitted = fit_sasrec(
        histories, 3, SASRec(dim=4, blocks=1, max_sequence_length=3, epochs=2), threads=1
    )
    assert np.isfinite(fitted.score(histories).tile(0, 3)).all()


@pytest.mark.needs("torch")
def test_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    histories = few()
    for wrong in (
        {"dim": 0},
        {"dim": 8, "heads": 3},
        {"dropout": 1.0},
        {"gbce_t": 1.5},
        {"negatives": -1},
        {"learning_rate": 0.0},
    ):
        with pytest.raises(InvalidInputError):
            replace(SASRec(), **wrong)
    with pytest.raises(InvalidInputError, match="nothing to fit"):
        fit_sasrec(Sequences(np.zeros(0, np.int64), np.zeros(4, np.int64)), ITEMS)
    with pytest.raises(InvalidInputError, match="whole catalogue"):
        fit_sasrec(histories, ITEMS, SASRec(negatives=ITEMS))
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match="models"):
        fit_sasrec(histories, ITEMS)
