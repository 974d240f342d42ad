"""Generative recommendation over semantic ids beside what people use: one protocol, one run.

    python bench/generative.py DATA beauty --models popularity,item-knn,ease,sasrec
    python bench/generative.py DATA beauty --models generative:letter,generative:dos --work WORK

DATA holds `amazon14-Beauty` (sequences.txt, items.jsonl) and `ml-latest-small` (ratings.csv,
movies.csv). The last item of each user is asked for, the whole catalogue is ranked but for what the
user has seen, and each item has one score. What makes ids of behaviour sees neither the last item
of a user nor the one before. `sasrec` and `generative` hold back the same tenth of the users' last
training items, and keep the best round. WORK keeps ids, and the state of training after each round:
a run that was stopped goes on from there. HR and nDCG with a bootstrap interval over users; CPU
seconds are of fitting, on one thread.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from trovato.core import IdMap, Recommender, Sequences, generator
from trovato.encode.semantic_ids import SemanticIds, load_ids, report_ids, save_ids
from trovato.evaluate import NDCG, Recall
from trovato.evaluate.recommendation import MetricAccumulator
from trovato.generate.decoding import BeamRecommender, search_loss
from trovato.ops import best_in_tiles
from trovato.ops.quantization import ResidualQuantizer
from trovato.recommend.semantic_ids import REPAIRS, ItemTable, train_ids
from trovato.retrieve.recommenders import GenerativeRetrieval, ItemScores
from trovato.train import (
    DOSConfig,
    GenerativeConfig,
    NextItemSplit,
    SASRec,
    fit_dos,
    fit_ease,
    fit_generative,
    fit_sasrec,
    item_neighbours,
)

CUTOFFS = (5, 10, 20)
# Chosen by what generators over the ids of seed 0 find for users held back.
DOS = DOSConfig(k=64, whiten=False, contrast_weight=0.3, warmup_epochs=10, epochs=8)


def beauty(folder: Path) -> tuple[Sequences, ItemTable, np.ndarray]:
    """Histories, items with words, and the published LETTER ids."""
    place = folder / "amazon14-Beauty"
    lines = (place / "sequences.txt").read_text().splitlines()
    rows = [json.loads(line) for line in (place / "items.jsonl").read_text().splitlines()]
    texts = tuple(str(row["text_id"]) for row in rows)
    letter = [[int(re.sub(r"\D", "", code)) for code in row["sid"]] for row in rows]
    histories = _histories([[int(one) for one in line.split()[1:]] for line in lines])
    return histories, ItemTable(IdMap(range(len(rows))), texts, None, ()), np.array(letter)


def movielens(folder: Path) -> tuple[Sequences, ItemTable, np.ndarray]:
    """Histories by time of what was rated 4 or more, and titles with genres; no published ids."""
    place = folder / "ml-latest-small"
    with (place / "ratings.csv").open(newline="") as file:
        liked = [row for row in csv.DictReader(file) if float(row["rating"]) >= 4]
    with (place / "movies.csv").open(newline="") as file:
        movies = {row["movieId"]: row for row in csv.DictReader(file)}
    liked.sort(key=lambda row: int(row["timestamp"]))
    known = IdMap(sorted({row["movieId"] for row in liked}))
    users: dict[str, list[int]] = {}
    for row in liked:
        users.setdefault(row["userId"], []).append(known.index_of(row["movieId"]))
    texts = tuple(f"{movies[one]['title']} {movies[one]['genres']}" for one in known)
    return _histories([*users.values()]), ItemTable(known, texts, None, ()), np.zeros((0, 4), int)


def _histories(rows: list[list[int]]) -> Sequences:
    items = np.array([item for row in rows for item in row], np.int64)
    return Sequences(items, np.concatenate([[0], np.cumsum([len(row) for row in rows])]))


DATA: dict[str, Callable[[Path], tuple[Sequences, ItemTable, np.ndarray]]] = {
    "beauty": beauty,
    "movielens": movielens,
}


def fitted(
    model: str,
    split: NextItemSplit,
    items: int,
    ids: SemanticIds | None,
    config: GenerativeConfig,
    checkpoint: Path | None,
) -> Recommender:
    histories = split.generator
    if model == "popularity":
        return ItemScores(np.bincount(histories.items, minlength=items).astype(np.float32))
    if model == "item-knn":
        return item_neighbours(histories.distinct(), items, neighbours=100, shrinkage=10.0)
    if model == "ease":
        return fit_ease(histories, items)
    if model == "sasrec":
        sasrec = SASRec(epochs=config.epochs, seed=config.seed)
        return fit_sasrec(histories, items, sasrec, threads=1, checkpoint=checkpoint)
    assert ids is not None
    return fit_generative(
        histories,
        ids.codes,
        ids.sizes,
        config,
        ids=ids.fingerprint,
        checkpoint=checkpoint,
        progress=Rounds(),
    )


class Rounds:
    """Prints what is told of each round, once."""

    def __init__(self) -> None:
        self.told = ""

    def __call__(self, stage: str, *_: int) -> None:
        if stage != self.told:
            self.told = stage
            print(f"  {stage}, {time.process_time():.0f} CPU s", flush=True)


def semantic_ids(
    name: str,
    table: ItemTable,
    split: NextItemSplit,
    letter: np.ndarray,
    repair: str,
    seed: int,
    stored: Path | None,
) -> SemanticIds:
    if name == "letter":
        unknown = ResidualQuantizer(np.zeros((letter.shape[1], 256, 1), np.float32))
        return SemanticIds(table.items, letter, unknown, {"quantizer": "letter, published"})
    if stored and stored.exists():
        return load_ids(stored)
    if name == "dos":
        vectors = table.embedded()
        made = fit_dos(vectors, split, replace(DOS, seed=seed))
        ids = SemanticIds(table.items, made.encode(vectors), made, {"quantizer": "dos"})
        ids = ids if repair == "none" else ids.repair(repair, vectors)[0]
    else:
        ids = train_ids(table, name, split=split, repair=repair, seed=seed)
    if stored:
        save_ids(stored, ids)
    return ids


def measured(
    recommender: Recommender, split: NextItemSplit, asked: int
) -> dict[str, tuple[float, ...]]:
    measures = [made(k) for k in CUTOFFS for made in (Recall, NDCG)]
    told = MetricAccumulator.empty(measures, resamples=500)
    order = generator(0, "asked").permutation(len(split.asked))
    chosen = np.sort(order[: asked or len(order)])
    for first in range(0, len(chosen), 512):
        some = chosen[first : first + 512]
        users = split.asked[some]
        seen = split.generator.take(users)
        tile = recommender.score(seen).tile
        best = best_in_tiles(tile, len(users), recommender.items, max(CUTOFFS), seen=seen)[0]
        own = split.targets[some]
        told = told.add(users, best, Sequences(own, np.arange(len(own) + 1)))
    found = told.estimates()
    return {name: (one.mean, one.low, one.high) for name, one in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("dataset", choices=[*DATA])
    parser.add_argument("--models", default="popularity,item-knn,ease,sasrec,generative:rq-kmeans")
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=64, help="of generators")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="of generators")
    parser.add_argument("--repair", default="digit", choices=REPAIRS)
    parser.add_argument("--beams", type=int, default=50)
    parser.add_argument("--asked", type=int, default=0, help="users who are asked; 0 for all")
    parser.add_argument("--vectors", type=Path, help="npz with embedding, instead of encoding")
    parser.add_argument("--work", type=Path, help="folder of ids and checkpoints")
    parser.add_argument("--to", type=Path, help="append each line as JSON")
    asked = parser.parse_args()
    histories, table, letter = DATA[asked.dataset](asked.data)
    if asked.vectors:
        with np.load(asked.vectors) as stored:
            table = ItemTable(table.items, (), stored["embedding"], ())
    split = NextItemSplit.of(histories)
    print(f"{len(split.asked):,} users asked, {len(table.items):,} items", flush=True)
    for model in asked.models.split(","):
        for seed in map(int, asked.seeds.split(",")):
            kind, _, name = model.partition(":")
            begin = time.process_time()
            config = GenerativeConfig(
                epochs=asked.epochs,
                batch=asked.batch,
                learning_rate=asked.learning_rate,
                beams=10,
                seed=seed,
            )
            ids, stored, checkpoint = None, None, None
            if asked.work:
                mark = f"{asked.dataset}-{model.replace(':', '-')}-{asked.repair}-{seed}"
                stored, checkpoint = asked.work / f"{mark}.ids", asked.work / f"{mark}.npz"
            if name:
                ids = semantic_ids(name, table, split, letter, asked.repair, seed, stored)
            middle = time.process_time()
            made = fitted(kind, split, len(table.items), ids, config, checkpoint)
            line: dict[str, object] = {"model": model, "seed": seed, "epochs": asked.epochs}
            line |= {"batch": asked.batch, "learning rate": asked.learning_rate}
            line |= {"repair": asked.repair}
            line |= {"ids CPU s": middle - begin, "fit CPU s": time.process_time() - middle}
            if ids is not None:
                line["unique"] = report_ids(ids).quality.unique_ratio
            if isinstance(made, GenerativeRetrieval):
                some = split.generator.take(split.asked[:128])
                loss = search_loss(made, some, beams=asked.beams)
                line |= {"beam overlap": loss.overlap, "beam probability": loss.probability}
                begin = time.process_time()
                BeamRecommender(made, asked.beams).score(some)
                line["ids/s"] = 128 * asked.beams / (time.process_time() - begin)
                line["measured by"] = f"{asked.beams} beams"
                found = measured(BeamRecommender(made, asked.beams), split, asked.asked)
            else:
                found = measured(made, split, asked.asked)
            line |= found
            shown = " ".join(f"{one} {found[one][0]:.4f}" for one in found)
            print(f"{model:24} seed {seed} {shown} {line['fit CPU s']:.0f} s", flush=True)
            if asked.to:
                with asked.to.open("a") as file:
                    file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
