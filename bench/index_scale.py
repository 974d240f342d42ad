"""How a collection's build and search grow with the number of documents.

    python bench/index_scale.py [--sizes 10000,50000,200000] [--threads 2] [--plot FILE.svg]

Documents are drawn in a stream (`index_world.py`), added to a collection, and given centroids; each
size in a process of its own. Memory is the largest anonymous resident memory during the build: what
is mapped from files does not count. Each of 40 questions is asked twice: at first the parts of the
files that it needs are not mapped yet. The machine's rate of reading memory stands beside.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from index_world import WORLDS
from trovato.core import Page, TextLayout
from trovato.evaluate import line_chart
from trovato.index import Collection, Reader
from trovato.ops import int8_quantize


class AnonymousMemory:
    """The largest anonymous resident memory of this process inside a `with` block, in MB."""

    def __enter__(self) -> AnonymousMemory:
        self.peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            for line in Path("/proc/self/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    self.peak = max(self.peak, int(line.split()[1]) / 1000)


def read_rate() -> float:
    """Bytes per second that one thread reads from memory: the median of five sums."""
    values = np.ones(1 << 26, np.int64)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        values.sum()
        times.append(time.perf_counter() - start)
    return values.nbytes / float(np.median(times))


def asked(reader: Reader, queries: list[np.ndarray]) -> float:
    """Median milliseconds of processor time."""
    taken = []
    for query in queries:
        start = time.process_time()
        reader.search_vectors(query, 10)
        taken.append((time.process_time() - start) * 1e3)
    return round(float(np.median(taken)), 2)


def measure(folder: Path, documents: int, threads: int) -> dict[str, float]:
    """Build and search a collection of so many documents."""
    world = replace(WORLDS["text500k"], count=documents)
    nowhere = TextLayout.empty(1, 1)
    collection = Collection.create(folder, fingerprint="bench", dim=world.dim)
    start, wall = time.process_time(), time.perf_counter()
    drawing, tokens = 0.0, 0
    with AnonymousMemory() as memory, collection.writer() as writer:
        draft = writer.stage("made", "0", "made", 0, {})
        stream = world.documents()
        for number in range(1, documents + 1):
            began = time.process_time()
            _, values = next(stream)
            drawing += time.process_time() - began
            vectors = int8_quantize(values.astype(np.float32))
            spans = np.zeros((len(vectors), 2), np.int32)
            draft.add(Page(number, "", nowhere), vectors, spans)
            tokens += len(vectors)
        draft.finish()
        writer.compact()
        storing = time.process_time() - start - drawing
        card = writer.train_centroids(threads=threads)
    built, lasted = time.process_time() - start - drawing, time.perf_counter() - wall
    assert card is not None
    setting = card.default
    segments = list((folder / "segments").iterdir())
    size = sum(path.stat().st_size for path in segments)
    cells = sum(path.stat().st_size for path in segments if path.suffix == ".cells")
    queries = list(world.queries(40))
    with collection.reader() as reader:
        first, again = asked(reader, queries), asked(reader, queries)
    return {
        "documents": documents,
        "tokens": tokens,
        "storing CPU s": round(storing, 1),
        "build CPU s": round(built, 1),
        "build wall s, drawing included": round(lasted, 1),
        "peak MB": round(memory.peak),
        "bytes per token": round(size / tokens, 1),
        "exact ms": round(card.exact_milliseconds, 1),
        "first query CPU ms": first,
        "query CPU ms": again,
        "candidates": documents if setting is None else setting.candidates,
        "recall@10": 1.0 if setting is None else setting.recall,
        "cells MB": round(cells / 1e6, 1),
    }


def main() -> None:
    """Measure every size, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="10000,50000,200000")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("build/bench/scale"))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        folder = options.work / str(options.one)
        shutil.rmtree(folder, ignore_errors=True)
        print(json.dumps(measure(folder, options.one, options.threads)))
        shutil.rmtree(folder)
        return
    print(f"one thread reads {read_rate() / 1e9:.1f} GB/s from memory")
    rows = []
    for size in map(int, options.sizes.split(",")):
        command = [sys.executable, __file__, "--one", str(size), "--threads", str(options.threads)]
        command += ["--work", str(options.work)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        rows.append(row)
        print(", ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    if options.plot:
        series = {
            name: [(row["documents"] / 1e3, row[name]) for row in rows]
            for name in ("query CPU ms", "exact ms")
        }
        options.plot.write_text(line_chart(series, "thousand documents", "ms"), "utf-8")


if __name__ == "__main__":
    main()
