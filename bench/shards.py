"""A whole search through actors of Ray against the same by one process.

    python bench/shards.py COLLECTION [--actors 1 4] [--questions 200] [--exact]

COLLECTION is one that `bench/large_collection.py --keep` made. Every question is asked of both;
hits, scores and evidence must be equal. Processor milliseconds are those of the process that asks
and those of its actors; Ray's own processes are not counted. Wall times say something only where
the actors have processors of their own.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import ray

from large_collection import DrawnWords, questions
from serve import processor_seconds
from trovato.index import ShardedCollection
from trovato.library import Library


def pids(library: Library) -> list[int]:
    """Process numbers of a library's shards."""
    collection = library.collection
    if not isinstance(collection, ShardedCollection):
        return []
    asked = [
        actor.__ray_call__.remote(lambda _: os.getpid()) for actor in collection._shards._actors
    ]
    return [int(pid) for pid in ray.get(asked)]


def measure(
    library: Library, asked: list[str], ask: Callable[[Library, str], object]
) -> list[object]:
    """Ask all, after a tenth of them that warms up; print, and give the answers."""
    for question in asked[: len(asked) // 10]:
        ask(library, question)
    workers = pids(library)
    before = sum(map(processor_seconds, workers))
    spent, walls, answers = [], [], []
    for question in asked:
        began, start = time.perf_counter(), time.process_time()
        answers.append(ask(library, question))
        spent.append((time.process_time() - start) * 1e3)
        walls.append((time.perf_counter() - began) * 1e3)
    of_actors = (sum(map(processor_seconds, workers)) - before) * 1e3 / len(asked)
    wall = " | ".join(f"{np.percentile(walls, share):.1f}" for share in (50, 95))
    print(
        f"{len(workers)} | {np.mean(spent):.1f} | {of_actors:.1f} | {wall}", end=" | ", flush=True
    )
    return answers


def main() -> None:
    """Ask one process, then actors."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--actors", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--exact", action="store_true", help="Score every text.")
    options = parser.parse_args()
    encoder = DrawnWords()
    with Library.open(options.collection, encoder=encoder) as library:
        texts = len(library)
        asked = questions(texts, options.questions)

        def ask(library: Library, question: str) -> object:
            return library.search(question, exact=options.exact)

        print(f"{texts} texts; actors | CPU ms, who asks | actors | wall ms p50 | p95 | equal")
        wanted = measure(library, asked, ask)
        print("-")
        ray.init(include_dashboard=False, log_to_driver=False)
        for count in options.actors:
            library.use_shards(count)
            found = measure(library, asked, ask)
            equal = sum(one == other for one, other in zip(wanted, found, strict=True))
            print(f"{equal} of {len(asked)}")


if __name__ == "__main__":
    main()
