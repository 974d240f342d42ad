"""Late-interaction indexes side by side: recall, CPU time per query, bytes, build, memory.

    python bench/index_peers.py [--sets text10k,page3k] [--engines trovato,maxsim-cpu]
        [--threads 1,2] [--queries 40] [--work build/bench/index] [--json FILE] [--fresh]

Every engine builds and searches in a process of its own, whose library threads, CPU seconds and
memory are limited; one that fails or passes a limit is shown with that. A query's time is the CPU
time of the whole process, the median; recall@10 is against exact float32 MaxSim. A ratio is the
CPU time of the fastest peer of at least the same recall over the row's.

Results are kept in the work folder until the machine restarts, and a row of an earlier run says
when that was; `--fresh` measures again. Peers may live in another environment of the same Python
version, named in PYTHONPATH; those that are not installed are shown as such.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from index_data import NAMES, REAL, DataSet, prepare, prepare_real
from peers import chosen
from peers.results import Kept, Outcome, boot_id, show
from peers.runner import Limits, run_worker
from peers.worker import measure

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def find(name: str, options: argparse.Namespace) -> DataSet | None:
    """The set of this name, or None with a word on why it is left out."""
    if name != REAL:
        return prepare(name, options.work)
    try:
        return prepare_real(options.work, options.shared)
    except FileNotFoundError as missing:
        print(f"real: left out, there is no {missing.filename or missing}\n")
        return None


def run(data: DataSet, engine: str, threads: int, options: argparse.Namespace) -> Outcome:
    """Measure one engine now."""
    print(f"{data.name}, {threads} threads: {engine} …", file=sys.stderr, flush=True)
    started = f"{time.strftime('%d %b %H:%M')}, load {os.getloadavg()[0]:.1f}"
    limits = Limits(options.cpu_limit, options.memory_limit)
    lines, failure = run_worker(engine, data.folder, threads, options.queries, limits)
    built, points = (lines[0], lines[1:]) if lines else ({}, [])
    asked = (engine, data.name, threads, options.queries)
    return Outcome(*asked, started, boot_id(), built, points, failure)


def main() -> None:
    options = parse()
    if options.worker:
        measure(options.worker, options.folder, int(options.threads), options.queries)
        return
    engines = chosen(options.engines)
    kept = Kept(options.work / "results")
    outcomes: list[Outcome] = []
    fresh: set[int] = set()
    for name in options.sets.split(","):
        data = find(name, options)
        if data is None:
            continue
        for threads in map(int, options.threads.split(",")):
            found = []
            for engine in engines:
                known = kept.find(engine, name, threads, options.queries)
                if known is None or options.fresh:
                    known = run(data, engine, threads, options)
                    fresh.add(id(known))
                    kept.add(known)
                found.append(known)
            outcomes += found
            print(
                f"{name}: {len(data):,} documents, {data.tokens:,} tokens of {data.dim}; ", end=""
            )
            print(f"threads: {threads}")
            show(found, fresh)
    if options.json:
        text = json.dumps([outcome.to_json() for outcome in outcomes], indent=1)
        options.json.write_text(text + "\n")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", default="text10k", help=f"of {', '.join(NAMES)}, with commas")
    parser.add_argument("--engines", help="names or families, with commas; all by default")
    parser.add_argument("--threads", default="1", help="numbers of threads, with commas")
    parser.add_argument("--queries", type=int, default=40, help="at most 100, at least 20")
    parser.add_argument("--work", type=Path, default=Path("build/bench/index"))
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of development data")
    parser.add_argument("--json", type=Path, help="also write everything here")
    parser.add_argument("--fresh", action="store_true", help="measure what was measured again")
    parser.add_argument("--cpu-limit", type=int, default=1200, help="CPU seconds for an engine")
    parser.add_argument("--memory-limit", type=int, default=10_000, help="resident MB")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
