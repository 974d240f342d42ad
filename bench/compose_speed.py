"""One query for a picture and a change against 100,000 pictures of a collection.

    python bench/compose_speed.py --work WORK [--pictures 100000] [--dim 512]

Clustered vectors in an image field, as `trovato index --images` stores them. Told are the time and
the memory of a ranking by all vectors, of one through centroids, and the recall of the second.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from trovato.core import Item, generator
from trovato.index import Collection, Reader, VectorField, VectorFormat
from trovato.ops import QueryParts
from trovato.retrieve import ImageField

CLUSTERS, SPREAD = 500, 0.6


def vectors(count: int, dim: int, purpose: str) -> Iterator[np.ndarray]:
    """Unit vectors around centers that share a direction, as encoders of pictures give them."""
    random = generator(0, "centers of pictures")
    centers = random.standard_normal((CLUSTERS, dim)) + random.standard_normal(dim)
    random = generator(0, purpose)
    for _ in range(count):
        center = centers[random.integers(CLUSTERS)]
        one = center + SPREAD * np.linalg.norm(center) / np.sqrt(dim) * random.standard_normal(dim)
        yield (one / np.linalg.norm(one)).astype(np.float32)


def filled(folder: Path, pictures: int, dim: int) -> Collection:
    if Collection.exists(folder):
        return Collection.open(folder)
    collection = Collection.create(folder, fingerprint="none", dim=4)
    field = VectorField("image", "drawn", dim, single=True)
    collection.add_field(field, lambda _: iter(()), vector_format=VectorFormat("fp16"))
    begun = time.process_time()
    with collection.writer() as writer:
        for number, vector in enumerate(vectors(pictures, dim, "pictures")):
            name = f"{number:07d}"
            draft = writer.stage(name, name, "picture", 0, {}, whole=True)
            draft.add_item(Item(name, "picture"), {"image": vector[None]})
            draft.finish()
    print(f"written in {time.process_time() - begun:.0f} s of CPU", flush=True)
    begun = time.process_time()
    with collection.writer() as writer:
        writer.train_centroids(field="image")
    print(f"centroids in {time.process_time() - begun:.0f} s of CPU", flush=True)
    return collection


def rankings(reader: Reader, queries: list[QueryParts]) -> None:
    field = ImageField(reader)
    resident = _peak()
    taken = []
    for parts in queries:
        begun = time.perf_counter(), time.process_time()
        field.rank(parts, parts.weights(0.15, 0.35), 10, exact=True)
        taken.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    wall, cpu = np.median(taken[1:], axis=0) * 1000
    print(
        f"exact: {wall:.1f} ms, {cpu:.1f} ms of CPU (median of {len(taken) - 1}); peak memory "
        f"{_peak():.0f} MB, {_peak() - resident:.0f} MB of it by ranking"
    )


def recall(reader: Reader, queries: list[QueryParts], candidates: int) -> None:
    found, taken = [], []
    for parts in queries:
        query = parts.compose(parts.weights(0.15, 0.35)).astype(np.float32)[None]
        best = reader.search(query, 10, field="image")
        begun = time.process_time()
        near = reader.search_vectors(query, 10, candidates=candidates, field="image")
        taken.append(time.process_time() - begun)
        ids = reader.ids_of(row for row, _ in near.best)
        found.append(len({name for name, _ in best} & set(ids.values())) / 10)
    print(
        f"through centroids, {candidates} candidates: recall@10 {np.mean(found):.4f}, "
        f"{np.median(taken) * 1000:.1f} ms of CPU"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for the collection")
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=512)
    options = parser.parse_args()
    folder = options.work / f"speed-{options.pictures}-{options.dim}"
    filled(folder, options.pictures, options.dim).close()
    drawn = list(vectors(3 * 50, options.dim, "queries"))
    queries = [QueryParts(*drawn[first : first + 3]) for first in range(0, len(drawn), 3)]
    size = options.pictures * options.dim * 2 / 2**20
    print(f"{options.pictures} x {options.dim}, fp16: {size:.0f} MB of vectors")
    with Collection.open(folder).reader() as reader:
        rankings(reader, queries)
        for candidates in (500, 1000, 2000, 4000):
            recall(reader, queries, candidates)


if __name__ == "__main__":
    main()
