"""Where a whole search spends its time: from the question to ten hits with evidence.

    python bench/end_to_end.py FOLDER [--work WORK] [--questions 40]

FOLDER holds the paragraphs and questions of `multihop/` (see `poisoning.py`); the collection of all
paragraphs is made in WORK once and used again. Each question is asked once, hybrid, k = 10, after
three others that warm up. Processor milliseconds of all threads, in three passes over the same
questions: the whole, the ranking alone, and the whole in parts, each without the parts inside it.
"""

from __future__ import annotations

import argparse
import functools
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from poisoning import collection
from trovato.core import Query
from trovato.index import Reader
from trovato.library import Library
from trovato.retrieve import CollectionRetriever

K = 10
PARTS = ("encode", "lexical", "vectors", "fusion", "evidence")


class Parts:
    """Processor time by part; what a part calls counts for the part that is called."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count what happens inside for that part."""
        self._pass(name)
        try:
            yield
        finally:
            self._pass(None)

    def _pass(self, name: str | None) -> None:
        now = time.process_time()
        if self._open:
            self.spent[self._open[-1]] += (now - self._since) * 1e3
        if name is None:
            self._open.pop()
        else:
            self._open.append(name)
        self._since = time.process_time()

    def watch(self, owner: type, method: str, name: str) -> None:
        """Count a method of a class for that part."""
        inner: Callable[..., Any] = getattr(owner, method)

        @functools.wraps(inner)
        def counted(*given: Any, **named: Any) -> Any:
            with self.part(name):
                return inner(*given, **named)

        setattr(owner, method, counted)


def spent(work: Callable[..., object], *given: Any) -> float:
    """Processor milliseconds of a call."""
    start = time.process_time()
    work(*given)
    return (time.process_time() - start) * 1e3


def main() -> None:
    """Ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/bench/end_to_end"))
    parser.add_argument("--questions", type=int, default=40)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    asked = [
        entry["question"]
        for entry in json.loads((options.folder / "musique_train.json").read_text("utf-8"))
    ]
    random.Random(1).shuffle(asked)
    warm, asked = asked[-3:], asked[: options.questions]
    with collection(options.folder, options.work) as library:
        for question in warm:
            library.search(question, K)
        whole = [spent(library.search, question, K) for question in asked]
        ranking = [spent(rank, library, question) for question in asked]
        by_part = split(library, asked)
    rows = {"whole": whole, "ranking alone": ranking, **by_part}
    print(f"{len(asked)} questions, CPU ms | p50 | p95")
    for name, times in rows.items():
        print(f"{name} | {np.percentile(times, 50):.1f} | {np.percentile(times, 95):.1f}")


def rank(library: Library, question: str) -> None:
    """The ranking of a search, without evidence."""
    library.retriever().rank(Query(question), K)


def split(library: Library, asked: list[str]) -> dict[str, list[float]]:
    """Times by part, one for each question."""
    parts = Parts()
    parts.watch(type(library.encoder), "encode_query", "encode")
    parts.watch(Reader, "search_lexical", "lexical")
    parts.watch(Reader, "search_vectors", "vectors")
    parts.watch(Reader, "score_vectors", "vectors")
    parts.watch(CollectionRetriever, "scores", "fusion")
    times: dict[str, list[float]] = {name: [] for name in PARTS}
    for question in asked:
        parts.spent.clear()
        with parts.part("evidence"):
            library.search(question, K)
        for name in PARTS:
            times[name].append(parts.spent[name])
    return times


if __name__ == "__main__":
    main()
