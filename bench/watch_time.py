"""Watch time on drawn logs: the mixture beside a regression, and beside what is true.

    python bench/watch_time.py

For each seed: with features that a log knows and with those that it was drawn from, with the cut
at 255 seconds and at 60. `exact` is the mixture with what is cut off taken for exact. `to truth` is
the mean error of the expected seconds, against what the generator expects; `beyond` the share of
test rows that are expected to be watched for 120 seconds or more, over the share that were.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from trovato.core import fields
from trovato.evaluate.recommendation import xauc
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import Experiment, find_protocol, watch_rows
from trovato.train import (
    WatchModel,
    expected_rank,
    fit_watch_mixture,
    fit_watch_regression,
    watch_likelihood,
)

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]  # features, lengths, seconds
SHARE = 0.30 * 0.45 + 0.55 * 1.0 + 0.15 * 1.9  # of its length that is watched unless skipped
EDGE = 120.0


def drawn_from(folder: Path, log: InteractionLog) -> tuple[Rows, np.ndarray]:
    """Rows with affinity and quality, and the seconds that the generator expects."""
    names = [fields.USER, fields.ITEM, fields.TIMESPENT]
    parts = [[column.to_numpy() for column in batch.columns] for batch in log.batches(names)]
    users, items, seconds = (np.concatenate(part) for part in zip(*parts, strict=True))
    truth = folder.with_name(f"{folder.name}.truth")
    with np.load(truth / "users.npz") as stored:
        order = np.argsort(stored["user_id"])
        taste = stored["taste"][order[np.searchsorted(stored["user_id"], users, sorter=order)]]
    with np.load(truth / "items.npz") as stored:
        order = np.argsort(stored["item_id"])
        which = order[np.searchsorted(stored["item_id"], items, sorter=order)]
        affinity = 4 * (taste * stored["taste"][which]).sum(axis=1)
        quality = stored["quality"][which]
    table = log.items()
    place = np.searchsorted(table[fields.ITEM].to_numpy(), items)
    lengths = table[fields.DURATION].to_numpy()[place].astype(np.int64)
    level = json.loads((truth / "levels.json").read_text())["levels"]["skip"]
    skips = 1 / (1 + np.exp(-(level - 1.1 * affinity - 1.5 * quality)))
    features = np.stack([affinity, quality], axis=1).astype(np.float64)
    return (features, lengths, seconds.astype(np.int64)), 3 * skips + (1 - skips) * SHARE * lengths


def row(model: WatchModel, train: Rows, test: Rows, expected: np.ndarray) -> list[float]:
    asked, seconds = test[:2], test[2]
    beyond = model.beyond(*asked, np.full(len(seconds), EDGE)).mean()
    return [
        float(np.abs(model.median(*asked) - seconds).mean()),
        xauc(expected_rank(model, *asked, train[2]), seconds)[0],
        float(watch_likelihood(model, *asked, seconds).mean()),
        float(np.abs(model.mean(*asked) - expected).mean()),
        float(beyond / (seconds >= EDGE).mean()),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--scale", type=int, nargs=3, default=[320_000, 8_000, 12_000])
    options = parser.parse_args()
    print(f"{'':34}{'MAE':>9}{'XAUC':>9}{'log-lik':>9}{'to truth':>9}{'beyond':>9}{'fit, s':>9}")
    for seed in range(options.seeds):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "log"
            rows, users, items = options.scale
            synthesise(folder, Scale(rows, users, items, seed))
            log = InteractionLog.open(folder)
            experiment = Experiment.of(log, find_protocol(log, "weeks", test_weeks=7))
            known = [(part.features, part.lengths, part.seconds) for part in watch_rows(experiment)]
            (train, _), (test, expected) = (
                drawn_from(folder, log.weeks(*weeks)) for weeks in ((0, 19), (20, 26))
            )
        for what, (fitted, tested) in (("log", known), ("truth", [train, test])):
            for cap in (255, 60):
                features, lengths, seconds = fitted
                cut = np.minimum(seconds, cap)
                for name in ("mixture", "exact", "regression"):
                    begin = time.process_time()
                    model: WatchModel
                    if name == "regression":
                        model = fit_watch_regression(features, lengths, cut, cap=cap)
                    else:
                        over = cap + (name == "exact")
                        model = fit_watch_mixture(features, lengths, cut, cap=over)
                    took = time.process_time() - begin
                    figures = [*row(model, fitted, tested, expected), took]
                    label = f"seed {seed}, {what}, cut {cap}, {name}"
                    print(f"{label:34}" + "".join(f"{figure:9.4f}" for figure in figures))


if __name__ == "__main__":
    main()
