"""Quantisers beside each other: error, planted behaviour, collisions, scale.

    python bench/semantic_ids.py errors
    python bench/semantic_ids.py planted --seeds 0,1,2
    python bench/semantic_ids.py published DATA
    python bench/semantic_ids.py scale

`errors`: relative squared error on clusters of clusters, and the share of unique ids. `planted`:
ids of items whose behaviour hides in eight dimensions that hardly vary; a fresh two-tower model
that sees nothing but ids is asked for the clicks of 3,000 other users against one drawn item each.
`published`: the report on ids that others published. `scale`: encoding and the prefix tree.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from trovato.core import NotConvergedError, Sequences, generator
from trovato.index.trie import IdTrie
from trovato.ops.quantization import (
    ResidualQuantizer,
    code_quality,
    fit_orthogonal_quantizer,
    fit_product_quantizer,
    fit_residual_quantizer,
    move_to_free_ids,
    mutual_information,
    random_rotation,
    relative_error,
)
from trovato.train import DOSConfig, DOSEpoch, NextItemSplit, fit_dos


def clusters(seed: int, items: int = 20_000, dim: int = 64) -> np.ndarray:
    """Clusters of clusters of clusters, whose directions differ in variance as a power law."""
    random = generator(seed, "clusters of clusters")
    scales = np.arange(1, dim + 1) ** -0.75
    found = np.zeros((items, dim))
    for many, size in ((50, 1.0), (500, 0.5), (5_000, 0.25)):
        found += (random.standard_normal((many, dim)) * size)[random.integers(many, size=items)]
    return ((found + 0.05 * random.standard_normal((items, dim))) * scales).astype(np.float32)


def errors(seeds: list[int]) -> None:
    for seed in seeds:
        vectors = clusters(seed)
        begin = time.process_time()
        plain, codes = fit_residual_quantizer(vectors, seed=seed)
        took = time.process_time() - begin
        base = relative_error(vectors, plain.decode(codes))
        print(f"seed {seed}: rq-kmeans {base:.4f}, unique {_unique(codes):.3f}, {took:.1f} CPU s")
        turns = np.stack([random_rotation(64, seed + level) for level in range(3)])
        axes = {"principal axes": None, "drawn axes": turns.astype(np.float32)}
        for name, rotations in axes.items():
            for k in (64, 48, 32, 16):
                fitted = fit_orthogonal_quantizer(vectors, k, rotations=rotations, seed=seed)
                outputs = fitted.outputs(vectors)
                left = np.square(outputs[-1].remainder.astype(np.float64)).sum()
                error = left / np.square(vectors - vectors.mean(axis=0)).sum()
                ids = np.stack([output.codes for output in outputs], axis=1)
                same = (ids == codes).mean()
                print(
                    f"  {name}, k = {k}: {error:.4f} ({error / base:.2f} x), unique "
                    f"{_unique(ids):.3f}, codes equal {same:.4f}"
                )
        for rotate in (True, False):
            product = fit_product_quantizer(vectors, rotate=rotate, seed=seed)
            error = relative_error(vectors, product.decode(product.encode(vectors)))
            print(f"  {'opq' if rotate else 'pq'}, 4 x 8 bits: {error:.4f}")
        done = move_to_free_ids(plain, vectors, codes)
        print(
            f"  repair: {len(done.moved)} moved, unique {_unique(done.codes):.3f}, squared error "
            f"of the moved {done.error_before:.4f} -> {done.error_after:.4f}"
        )
        use = code_quality(codes, plain.sizes).levels
        print("  use of codes:", " ".join(f"{level.utilisation:.3f}" for level in use), flush=True)


def _unique(codes: np.ndarray) -> float:
    return len(np.unique(codes, axis=0)) / len(codes)


def planted_items(seed: int, items: int = 6_000) -> tuple[np.ndarray, np.ndarray]:
    """Vectors, and the hidden group of each."""
    random = generator(seed, "planted items")
    group, style = random.integers(40, size=(2, items))
    behaviour = random.standard_normal((40, 8))[group] + 0.3 * random.standard_normal((items, 8))
    look = random.standard_normal((40, 56))[style] + 0.1 * random.standard_normal((items, 56))
    vectors = np.concatenate([0.5 * behaviour, 1.5 * look], axis=1)
    return (vectors @ random_rotation(64, seed)).astype(np.float32), group


def planted_clicks(seed: int, group: np.ndarray, users: int) -> Sequences:
    """Twelve clicks each, 85 % of them inside two groups of the user's own."""
    random = generator(seed, "planted clicks")
    by_group = [np.flatnonzero(group == one) for one in range(40)]
    own = np.stack([random.permutation(40)[:2] for _ in range(users)])
    rows = random.integers(len(group), size=(users, 12))
    inside = random.random((users, 12)) < 0.85
    for user, place in zip(*np.nonzero(inside), strict=True):
        members = by_group[own[user, random.integers(2)]]
        rows[user, place] = members[random.integers(len(members))]
    return Sequences(rows.ravel(), np.arange(users + 1) * 12)


def probe(codes: np.ndarray, size: int, learnt: Sequences, asked: Sequences, seed: int) -> float:
    """AUC of a fresh model that sees ids alone: a last click against a drawn item."""
    torch.manual_seed(seed)
    offset = torch.from_numpy(codes + np.arange(codes.shape[1]) * size)
    tables = [torch.nn.EmbeddingBag(size * codes.shape[1], 32, mode="sum") for _ in range(2)]
    for table in tables:
        table.weight.data.mul_(0.3)
    shift = torch.zeros(1, requires_grad=True)
    parameters = [one for table in tables for one in table.parameters()]
    adam = torch.optim.Adam([*parameters, shift], 5e-3)
    random = generator(seed, "probe")

    def scores(rows: np.ndarray, items: np.ndarray) -> torch.Tensor:
        users = tables[0](offset[rows.ravel()]).view(*rows.shape, -1).mean(1)
        return (users * tables[1](offset[items])).sum(1) + shift

    rows = learnt.items.reshape(len(learnt), -1)
    for _ in range(8):
        for some in np.array_split(random.permutation(len(rows)), max(1, len(rows) // 512)):
            place = int(random.integers(1, rows.shape[1]))
            before, liked = rows[some][:, :place], rows[some, place]
            drawn = random.integers(len(codes), size=len(some))
            both = scores(np.concatenate([before, before]), np.concatenate([liked, drawn]))
            labels = torch.cat([torch.ones(len(some)), torch.zeros(len(some))])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(both, labels)
            adam.zero_grad()
            loss.backward()
            adam.step()
    others = asked.items.reshape(len(asked), -1)
    drawn = random.integers(len(codes), size=len(others))
    with torch.no_grad():
        liked = scores(others[:, :-1], others[:, -1]).numpy()
        other = scores(others[:, :-1], drawn).numpy()
    return float((liked[:, None] > other[None, :]).mean() + (liked[:, None] == other).mean() / 2)


SIZES = (6_000, 8_000, 3_000)  # items, users to learn from, users who are asked
SMALL = (1_500, 2_500, 1_500)
PLANTED = DOSConfig(codes=64, length=12)
VARIANTS = {
    "dos": PLANTED,
    "k = d": replace(PLANTED, k=64),
    "k = d, no information": replace(PLANTED, k=64, information_weight=0.0),
    "no information": replace(PLANTED, information_weight=0.0),
    "no warm-up": replace(PLANTED, warmup_epochs=0),
    "own codebooks of users": replace(PLANTED, shared_codebooks=False),
    "decoder": replace(PLANTED, decoder_weight=1.0),
    "no attention": replace(PLANTED, attention=False),
}


@dataclass(frozen=True)
class Planted:
    """Items with hidden groups, and clicks of two kinds of users."""

    seed: int
    vectors: np.ndarray
    group: np.ndarray
    learnt: Sequences
    asked: Sequences

    @staticmethod
    def of(seed: int, sizes: tuple[int, int, int]) -> Planted:
        items, users, asked = sizes
        vectors, group = planted_items(seed, items)
        learnt = planted_clicks(seed, group, users)
        return Planted(seed, vectors, group, learnt, planted_clicks(seed + 1000, group, asked))

    def line(self, name: str, codes: np.ndarray, took: float) -> None:
        told = [mutual_information(one, self.group)[1] for one in codes.T]
        size = int(codes.max()) + 1
        auc = probe(codes, size, self.learnt, self.asked, self.seed)
        shown = " ".join(f"{one:.2f}" for one in told)
        print(
            f"seed {self.seed} {name:24} NMI {shown} probe AUC {auc:.3f} "
            f"unique {_unique(codes):.3f} {took:.0f} CPU s",
            flush=True,
        )


def planted(seeds: list[int], names: list[str], sizes: tuple[int, int, int]) -> None:
    for seed in seeds:
        data = Planted.of(seed, sizes)
        begin = time.process_time()
        plain = fit_residual_quantizer(data.vectors, codes=64, seed=seed)[1]
        data.line("rq-kmeans", plain, time.process_time() - begin)
        data.line("hidden group", data.group[:, None].astype(np.int64), 0)
        split = NextItemSplit.of(data.learnt)
        for name in names:
            begin = time.process_time()
            rounds: list[DOSEpoch] = []
            config = replace(VARIANTS[name], seed=seed)
            try:
                made = fit_dos(data.vectors, split, config, progress=rounds.append)
            except NotConvergedError as error:
                print(f"seed {seed} {name:24} refused: {error}", flush=True)
                continue
            data.line(name, made.encode(data.vectors), time.process_time() - begin)
            used = " ".join(f"{one:.2f}" for one in rounds[-1].used)
            bent = " ".join(f"{one:.3f}" for one in rounds[-1].orthogonality)
            aucs = " ".join(f"{one.auc:.3f}" for one in rounds)
            print(f"   AUC by round {aucs} use {used} orthogonality {bent}", flush=True)


def published(data: Path) -> None:
    for name, size in (("amazon14-Beauty", 256), ("amazon18-Office_Products", 256)):
        rows = [json.loads(line) for line in (data / name / "items.jsonl").open()]
        codes = np.array([[int(re.sub(r"\D", "", code)) for code in row["sid"]] for row in rows])
        quality = code_quality(codes, (size,) * codes.shape[1])
        print(
            f"{name}: {quality.unique:,} distinct of {quality.items:,}, level 1 uses "
            f"{quality.levels[0].used}/{size}, biggest bucket {quality.biggest_bucket}"
        )


def scale() -> None:
    random = generator(0, "scale")
    vectors = random.standard_normal((100_000, 256), np.float32)
    quantizer = ResidualQuantizer(random.standard_normal((3, 256, 256), np.float32))
    begin = time.process_time()
    quantizer.encode(vectors)
    speed = len(vectors) / (time.process_time() - begin)
    print(f"encode, 256 dimensions, 3 x 256: {speed:,.0f} items/s")
    codes = random.integers(0, 256, (1_000_000, 4))
    begin = time.process_time()
    trie = IdTrie.of(codes, (256,) * 4)
    print(
        f"trie of a million ids, 4 x 256: {trie.nbytes / 1e6:.1f} MB in "
        f"{time.process_time() - begin:.1f} CPU s"
    )
    for depth in range(4):
        beams = codes[:50, :depth]
        begin = time.process_time()
        for _ in range(500):
            trie.allowed(beams)
        took = (time.process_time() - begin) * 2
        print(f"  mask of 50 beams after {depth} codes: {took:.3f} CPU ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["errors", "planted", "published", "scale"])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--variants", default="dos")
    parser.add_argument("--small", action="store_true", help="planted: a quarter of it")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    seeds = [int(seed) for seed in asked.seeds.split(",")]
    if asked.what == "errors":
        errors(seeds)
    elif asked.what == "planted":
        planted(seeds, asked.variants.split(","), SMALL if asked.small else SIZES)
    elif asked.what == "published":
        published(asked.data)
    else:
        scale()


if __name__ == "__main__":
    main()
