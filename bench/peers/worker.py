"""Measures one engine in a process of its own, and prints a line of JSON per operating point."""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from index_data import DataSet
from peers.engine import Engine, Setting
from peers.registry import make_engine

TOP = 10
FEWEST = 20  # queries that are asked even of a slow engine
PATIENCE = 60.0  # CPU seconds for an operating point, once that many were asked


def measure(name: str, folder: Path, threads: int, queries: int) -> None:
    """Build, then search at each operating point; every line is printed when it is known."""
    documents = DataSet(folder)
    engine = make_engine(name)
    with tempfile.TemporaryDirectory() as place:
        cpu, wall = _cpu_s(), time.perf_counter()
        engine.build(documents, Path(place), threads)
        built = {
            "build_cpu_s": _cpu_s() - cpu,
            "build_wall_s": time.perf_counter() - wall,
            "build_peak_mb": peak_mb(),
            "bytes_per_token": engine.size() / documents.tokens,
        }
        print(json.dumps(built), flush=True)
        for setting in engine.settings:
            row = {"setting": label(setting), **ask(engine, documents, setting, queries)}
            print(json.dumps({**row, "peak_mb": peak_mb()}), flush=True)


def ask(engine: Engine, documents: DataSet, setting: Setting, queries: int) -> dict[str, float]:
    """Medians of CPU and wall time per query, and recall@10 against the exact answer."""
    asked, truth = documents.queries(), documents.truth()
    for query in list(asked)[:2]:
        engine.search(query, TOP, setting)
    cpu: list[float] = []
    wall: list[float] = []
    recall: list[float] = []
    for number in range(min(queries, len(asked))):
        if number >= FEWEST and sum(cpu) > PATIENCE:
            break
        query = np.ascontiguousarray(asked[number])
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        found = engine.search(query, TOP, setting)
        wall.append(time.perf_counter() - wall_start)
        cpu.append(time.process_time() - cpu_start)
        recall.append(len(set(found[:TOP]) & set(truth[number].tolist())) / TOP)
    return {
        "recall": float(np.mean(recall)),
        "cpu_ms": float(np.median(cpu)) * 1e3,
        "wall_ms": float(np.median(wall)) * 1e3,
        "queries": len(recall),
    }


def _cpu_s() -> float:
    """CPU seconds so far, those of ended child processes included: some build in them."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def peak_mb() -> float:
    """Largest resident size of this process so far (getrusage would count its parent's too)."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def label(setting: Setting) -> str:
    """An operating point in words."""
    return " ".join(f"{name} {value:g}" for name, value in setting.items()) or "all"
