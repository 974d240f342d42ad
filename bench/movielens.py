"""The recommenders of `trovato recommend` on MovieLens-100k: the last film of each person.

    python bench/movielens.py DATA --models popularity,item-knn,ease,slim,ials,bpr,lightgcn

DATA holds `ml-100k.inter`. All ratings count as caring, in the order of their times; the whole
catalogue is ranked but for what the person rated before. With `--validation` the film before the
last is asked for and the last is never read: settings are chosen there. nDCG and R with a
bootstrap interval over people; CPU seconds are of fitting, on one thread.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from trovato.core import Sequences
from trovato.evaluate import NDCG, Recall
from trovato.evaluate.recommendation import MetricAccumulator
from trovato.ops import best_in_tiles
from trovato.recommend import Interactions, fit_model, model_config, settings_of

CUTOFFS = (10, 20)


def ratings(folder: Path) -> list[tuple[str, str, float]]:
    """Who rated what, in the order of time; the newest of each person last."""
    with (folder / "ml-100k.inter").open(newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    return sorted(((row[0], row[1], float(row[3])) for row in rows), key=lambda row: row[2])


def parted(seen: Interactions, ahead: int) -> tuple[Sequences, Sequences]:
    """Histories without the newest `ahead` rows, and the first of those left out."""
    whole = seen.histories
    lengths = whole.lengths - ahead
    ages = np.repeat(whole.offsets[1:], whole.lengths) - np.arange(len(whole.items))
    before = Sequences(whole.items[ages > ahead], np.concatenate([[0], np.cumsum(lengths)]))
    return before, Sequences(whole.items[ages == ahead], np.arange(len(whole) + 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", default="popularity,item-knn,ease,slim,ials,bpr,lightgcn")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--validation", action="store_true")
    asked = parser.parse_args()
    rows = ratings(asked.data)
    whole = Interactions.of(rows)
    before, targets = parted(whole, 2 if asked.validation else 1)
    users, texts = whole.known.users, whole.catalogue.text_of(before.items)
    owners = [users[user] for user in before.users]
    # A catalogue of all films, in the same order, whichever rows are learnt from.
    learnt = Interactions.of(zip(owners, texts, strict=True))
    measures = [made(k) for k in CUTOFFS for made in (NDCG, Recall)]
    print(f"{len(before)} people, {len(whole.catalogue)} films, {len(before.items)} rows")
    for model in asked.models.split(","):
        given = dict(one.split("=") for one in asked.set)
        known = settings_of(model)
        settings = {name: type(known[name])(given[name]) for name in given if name in known}
        if "threads" in known:
            settings["threads"] = 1
        begin = time.process_time()
        fitted = fit_model(model_config(model, **settings), learnt)
        spent = time.process_time() - begin
        # Films that nobody rated before are never recommended.
        places = learnt.catalogue.places_of(whole.catalogue.text_of(range(len(whole.catalogue))))
        seen = learnt.histories
        best, _ = best_in_tiles(
            fitted.score(seen).tile, len(seen), fitted.items, max(CUTOFFS), seen=seen
        )
        order = users.places([*learnt.known.users])
        wanted = targets.take(order)
        aims = Sequences(places[wanted.items], wanted.offsets)
        told = MetricAccumulator.empty(measures, resamples=500).add(order, best, aims)
        shown = " ".join(
            f"{name} {one.mean:.4f} [{one.low:.4f}, {one.high:.4f}]"
            for name, one in told.estimates().items()
        )
        print(f"{model:12} {shown} {spent:.1f} CPU s", flush=True)


if __name__ == "__main__":
    main()
