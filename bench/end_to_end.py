"""Where a whole search spends its time: from the question to ten hits with evidence.

    python bench/end_to_end.py COLLECTION QUESTIONS [--count 40] [--mode hybrid]

QUESTIONS holds one question a line. Each is asked once, k = 10, after three others that warm up.
Processor milliseconds of all threads, in three passes over the same questions: the whole, the
ranking alone, and the whole in parts, each without the parts inside it. Beside them, what one step
of a plain Python loop takes: on a busy machine everything takes as many times longer as that.
"""

from __future__ import annotations

import argparse
import functools
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Query
from trovato.index import Reader
from trovato.library import MODES, Library
from trovato.retrieve import HybridScorer, collection_retriever

K = 10
PARTS = ("encode", "lexical", "vectors", "fusion", "opening, copies, texts", "evidence")


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

    def watch(self, owner: Any, method: str, name: str) -> None:
        """Count a method of a class, or a function of a module, for that part."""
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
    parser.add_argument("collection", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--mode", choices=MODES, default="hybrid")
    options = parser.parse_args()
    lines = options.questions.read_text("utf-8").splitlines()
    asked = [line.strip() for line in lines if line.strip()]
    random.Random(1).shuffle(asked)
    warm, asked = asked[-3:], asked[: options.count]
    with Library.open(options.collection) as library:

        def search(question: str) -> None:
            library.search(question, K, mode=options.mode)

        def rank(question: str) -> None:
            library.retriever(options.mode).rank(Query(question), K)

        for question in warm:
            search(question)
        step = loop_step()
        whole = [spent(search, question) for question in asked]
        ranking = [spent(rank, question) for question in asked]
        step = (step + loop_step()) / 2
        by_part = split(library, search, asked)
    print(f"a step of a loop: {step:.0f} ns (about 35 where nothing else runs)")
    rows = {"whole": whole, "ranking alone": ranking, **by_part}
    print(f"{len(asked)} questions, CPU ms | p50 | p95")
    for name, times in rows.items():
        print(f"{name} | {np.percentile(times, 50):.1f} | {np.percentile(times, 95):.1f}")


def loop_step() -> float:
    """Processor nanoseconds of one step of a plain loop."""
    total, steps = 0, 2_000_000
    start = time.process_time()
    for number in range(steps):
        total += number
    return (time.process_time() - start) / steps * 1e9


def split(
    library: Library, search: Callable[[str], None], asked: list[str]
) -> dict[str, list[float]]:
    """Times by part, one for each question."""
    parts = Parts()
    parts.watch(type(library.encoder), "encode_query", "encode")
    parts.watch(Reader, "search_lexical", "lexical")
    parts.watch(Reader, "search_vectors", "vectors")
    parts.watch(Reader, "score_vectors", "vectors")
    parts.watch(HybridScorer, "best", "fusion")
    parts.watch(collection_retriever, "explain_page", "evidence")
    times: dict[str, list[float]] = {name: [] for name in PARTS}
    for question in asked:
        parts.spent.clear()
        with parts.part("opening, copies, texts"):
            search(question)
        for name in PARTS:
            times[name].append(parts.spent[name])
    return times


if __name__ == "__main__":
    main()
