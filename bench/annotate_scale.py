"""A large project: what each thing that people wait for takes, and how much memory.

    python bench/annotate_scale.py [--judgements 100000]

100,000 documents, 1,000 queries, 200,000 documents in pools. Times are by the clock, beside those
of the processor; the memory is what the whole process had at most.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from trovato.annotate import Document, Judged, Project, SettingsSet, next_assignment
from trovato.annotate.exporters import export
from trovato.annotate.metrics import status
from trovato.core import generator

DOCUMENTS, QUERIES, DEPTH, WORDS = 100_000, 1_000, 200, 60


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Print what the block took."""
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:<40} {time.perf_counter() - clock:8.2f} s {time.process_time() - cpu:8.2f} CPU s "
        f"{peak:6.0f} MB",
        flush=True,
    )


def repeated(name: str, work: Callable[[int], object], times: int = 100) -> None:
    """Print the median and the 95 % quantile of CPU and clock."""
    clocks, cpus = [], []
    for at in range(times):
        clock, cpu = time.perf_counter(), time.process_time()
        work(at)
        clocks.append(1000 * (time.perf_counter() - clock))
        cpus.append(1000 * (time.process_time() - cpu))
    shown = (f"{np.median(kind):7.1f} {np.quantile(kind, 0.95):7.1f}" for kind in (clocks, cpus))
    print(f"{name:<40} {'ms  p50, p95, CPU p50, p95:':>28} {' '.join(shown)}", flush=True)


def texts() -> Iterator[Document]:
    """Sixty of 20,000 words each, the frequent ones more often."""
    random = generator(0, "texts")
    for at in range(DOCUMENTS):
        words = (20_000 * random.random(WORDS) ** 3).astype(int)
        yield Document(f"d{at}", " ".join(f"w{word}" for word in words))


def build(place: Path, judgements: int) -> None:
    with Project.create(place, "ada", SettingsSet(overlap=0.1)) as project:
        with timed("100,000 documents are added"):
            project.add_documents(texts())
        random = generator(0, "pools")
        run = {
            f"q{query}": [f"d{at}" for at in random.choice(DOCUMENTS, DEPTH, replace=False)]
            for query in range(QUERIES)
        }
        with timed("1,000 queries and 200,000 pooled"):
            project.add_queries({query: f"which {query}?" for query in run}, "ada")
            project.add_run(run, "run", "ada", depth=DEPTH)
        pairs = [(query, document) for query in run for document in run[query]][:judgements]
        with timed(f"{judgements:,} judgements are stored"):
            for first in range(0, len(pairs), 1000):
                with project.store.transaction():
                    for at, (query, document) in enumerate(pairs[first : first + 1000]):
                        project.record("ada", Judged(query, document, at % 4))


def measure(place: Path, folder: Path) -> None:
    with timed("the project is opened"):
        project = Project.open(place)
    with project:
        project.add_member("bob", "annotator", "ada")
        with timed("the first assignment"):
            task = next_assignment(project, "bob")

        def judge(_: int) -> None:
            nonlocal task
            assert task is not None
            project.record("bob", Judged(task.query, task.document.id, 1))
            task = next_assignment(project, "bob")

        repeated("a grade and the next document", judge)
        random = generator(0, "searches")
        asked = [f"w{a} w{b}" for a, b in (20_000 * random.random((100, 2)) ** 3).astype(int)]
        repeated("a search of two words", lambda at: project.search(asked[at]))
        repeated("the status", lambda _: status(project), times=5)
        with timed("everything is exported as JSON lines"):
            export(project, folder / "jsonl", "jsonl")
        with timed("qrels are exported for TREC"):
            export(project, folder / "trec", "trec")


def main() -> None:
    """Build it and measure it, in a folder of its own unless one is named that stays."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--judgements", type=int, default=100_000)
    options.add_argument("--keep", type=Path, help="a file to make, or to measure if it is there")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        place = chosen.keep or Path(made) / "large.judged"
        if not place.exists():
            build(place, chosen.judgements)
        measure(place, Path(made))


if __name__ == "__main__":
    main()
