"""Recommenders of ours against peers' own runs on the same split: SASRec, gSASRec and iALS.

    python -m venv peers && peers/bin/pip install 'rectools[torch]' implicit
    python bench/recommend.py peers/bin/python planted --their-epochs 40
    python bench/recommend.py peers/bin/python drawn --their-epochs 8

`planted` has 1,000 people and 500 items; each item has four that may follow it, with the chances
.6, .2, .1 and .1, in 80 % of rows; the last item of everybody is asked for. `drawn` is a log by
`trovato logs synth` under the benchmark's temporal protocol, where no item comes twice, so what
was seen is masked. All rankings, ours and theirs, are
measured by the same code: means over seeds, and the standard deviation between seeds beside them.
CPU seconds are of fitting and ranking, on one thread.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import Recommender, Sequences, generator
from trovato.evaluate import NDCG, Recall
from trovato.evaluate.recommendation import MetricAccumulator
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.ops import best_in_tiles
from trovato.recommend import PROTOCOLS, Experiment
from trovato.retrieve.recommenders import ItemScores
from trovato.train import SASRec, fit_sasrec, implicit_factors

PEER = Path(__file__).parent / "peers" / "recommenders.py"
K, DIM = 20, 64


@dataclass(frozen=True)
class Split:
    """What is learnt from and what is asked for."""

    items: int
    histories: Sequences
    targets: Sequences
    repeats: bool  # whether an item may come again

    @property
    def tested(self) -> np.ndarray:
        return np.flatnonzero((self.histories.lengths > 0) & (self.targets.lengths > 0))


def planted(users: int = 1000, items: int = 500, length: int = 30) -> Split:
    random = generator(0, "planted sequences")
    follows = np.stack([random.permutation(items) for _ in range(4)], axis=1)
    rows = np.empty((users, length + 1), np.int64)
    rows[:, 0] = random.integers(items, size=users)
    for place in range(1, length + 1):
        which = random.choice(4, size=users, p=(0.6, 0.2, 0.1, 0.1))
        strays = random.random(users) < 0.2
        stray = random.integers(items, size=users)
        rows[:, place] = np.where(strays, stray, follows[rows[:, place - 1], which])
    offsets = np.arange(users + 1)
    before, last = rows[:, :-1].ravel(), rows[:, -1].copy()
    return Split(items, Sequences(before, offsets * length), Sequences(last, offsets), True)


def drawn(rows: int, users: int, items: int) -> Split:
    with tempfile.TemporaryDirectory() as folder:
        synthesise(Path(folder) / "log", Scale(rows, users, items, 0))
        experiment = Experiment.of(InteractionLog.open(Path(folder) / "log"), PROTOCOLS["temporal"])
        return Split(len(experiment.catalogue), experiment.histories, experiment.targets, False)


def measured(split: Split, best: np.ndarray) -> tuple[float, float]:
    empty = MetricAccumulator.empty([NDCG(K), Recall(K)], resamples=1)
    users = split.tested
    means = empty.add(users, best, split.targets.take(users)).estimates()
    return means[f"nDCG@{K}"].mean, means[f"R@{K}"].mean


def ranked(split: Split, recommender: Recommender) -> np.ndarray:
    blocks = []
    for first in range(0, len(split.tested), 1024):
        histories = split.histories.take(split.tested[first : first + 1024])
        tile = recommender.score(histories).tile
        seen = None if split.repeats else histories
        blocks.append(best_in_tiles(tile, len(histories), split.items, K, seen=seen)[0])
    return np.concatenate(blocks)


def ours(split: Split, model: str, seed: int, epochs: int) -> tuple[np.ndarray, float]:
    begin = time.process_time()
    recommender: Recommender
    if model == "popularity":
        counts = np.bincount(split.histories.items, minlength=split.items)
        recommender = ItemScores(counts.astype(np.float32))
    elif model == "iALS":
        recommender = implicit_factors(
            split.histories, split.items, dim=DIM, seed=seed, threads=1, iterations=15
        )
    else:
        negatives = 256 if model == "gSASRec" else 0
        config = SASRec(dim=DIM, negatives=negatives, epochs=epochs, seed=seed)
        recommender = fit_sasrec(split.histories, split.items, config, threads=1)
    best = ranked(split, recommender)
    return best, time.process_time() - begin


def theirs(
    python: str, split: Split, model: str, seed: int, epochs: int
) -> tuple[np.ndarray, float]:
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "given.npz", Path(folder) / "answer.npz"
        np.savez(
            given,
            users=split.histories.users,
            items=split.histories.items,
            tested=split.tested,
            catalogue=split.items,
            repeats=split.repeats,
        )
        words = [python, str(PEER), model, str(given), str(answer), str(seed), str(epochs)]
        ran = subprocess.run(words, capture_output=True, text=True)
        if ran.returncode:
            sys.exit(ran.stderr)
        with np.load(answer) as found:
            return found["best"], float(found["seconds"])


def lines(python: str, epochs: int, their_epochs: list[int]) -> Iterator[tuple[str, str, int]]:
    yield "ours", "popularity", 0
    yield "ours", "iALS", 0
    yield python, "iALS", 0
    yield "ours", "SASRec", epochs
    for number in their_epochs:
        yield python, "SASRec", number
    yield "ours", "gSASRec", epochs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", help="the Python that has the peers")
    parser.add_argument("data", choices=["planted", "drawn"])
    parser.add_argument("--rows", type=int, default=80_000)
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--items", type=int, default=3_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=50, help="most of ours; it stops early")
    parser.add_argument("--their-epochs", type=int, nargs="+", default=[10, 20], help="of RecTools")
    parser.add_argument("--only", help="a model; by default all")
    given = parser.parse_args()
    split = planted() if given.data == "planted" else drawn(given.rows, given.users, given.items)
    print(
        f"{split.items} items, {len(split.histories.items)} training rows, "
        f"{len(split.tested)} people tested on {len(split.targets.items)} rows"
    )
    print(f"{'':28} {'nDCG@20':>17} {'R@20':>17} {'CPU s':>7}")
    for who, model, epochs in lines(given.python, given.epochs, given.their_epochs):
        if given.only and model != given.only:
            continue
        seeds = range(1 if model == "popularity" else given.seeds)
        figures, seconds = [], []
        for seed in seeds:
            if who == "ours":
                best, spent = ours(split, model, seed, epochs)
            else:
                best, spent = theirs(who, split, model, seed, epochs)
            figures.append(measured(split, best))
            seconds.append(spent)
        mean, spread = np.mean(figures, axis=0), np.std(figures, axis=0, ddof=len(seeds) > 1)
        peer = "implicit" if model == "iALS" else f"RecTools, {epochs} epochs"
        name = f"{model}, {'ours' if who == 'ours' else peer}"
        shown = "  ".join(f"{m:.4f} ± {s:.4f}" for m, s in zip(mean, spread, strict=True))
        print(f"{name:28} {shown:>36} {np.mean(seconds):7.1f}", flush=True)


if __name__ == "__main__":
    main()
