"""Every operation on a log by both engines: the same answers to the last byte, and what it took.

    python bench/logs_engines.py LOG [MASTER]

Each engine runs all of them in one process (Spark in its own Java, with Python workers below it).
Prints wall time, processor time of all processes, and the most memory that one of them has held so
far; ends with status 1 if an answer differs. What is written is compared with its file names and
tables. Linux only.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import fields
from trovato.interactions.engines import embedded
from trovato.interactions.engines.protocol import Engine
from trovato.interactions.engines.spark import SparkEngine
from trovato.interactions.splits.split import LeaveLastOut, RandomSplit, Split, TemporalSplit
from trovato.interactions.splits.subset import Subset
from trovato.interactions.storage.log import InteractionLog

Digest = Any


def counts(name: str) -> Callable[[Engine, InteractionLog, Path, Digest], None]:
    def work(engine: Engine, log: InteractionLog, _: Path, digest: Digest) -> None:
        found = engine.count_rows(log, name)
        digest.update(found.ids.tobytes() + found.rows.tobytes())

    return work


def weeks(engine: Engine, log: InteractionLog, _: Path, digest: Digest) -> None:
    for number, found in engine.weekly_counts(log, fields.ITEM):
        digest.update(bytes([number]) + found.ids.tobytes() + found.rows.tobytes())


def stats(engine: Engine, log: InteractionLog, _: Path, digest: Digest) -> None:
    found = engine.stats(log)
    digest.update(json.dumps([found.summary(), found.rows_of_weeks]).encode())
    digest.update(found.seconds.tobytes() + found.of_users.tobytes() + found.of_items.tobytes())


def histories(engine: Engine, log: InteractionLog, _: Path, digest: Digest) -> None:
    for block in engine.histories(log, 200, fields.INTERACTION[1:]):
        for array in (block.users, block.offsets, *block.values.values()):
            digest.update(np.ascontiguousarray(array).tobytes())


def written(folder: Path, digest: Digest) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())


def subset(name: str) -> Callable[[Engine, InteractionLog, Path, Digest], None]:
    def work(engine: Engine, log: InteractionLog, out: Path, digest: Digest) -> None:
        engine.write_subset(log, Subset.named(name), out)
        written(out, digest)

    return work


def split(how: Split) -> Callable[[Engine, InteractionLog, Path, Digest], None]:
    def work(engine: Engine, log: InteractionLog, out: Path, digest: Digest) -> None:
        engine.write_split(log, how, out)
        written(out, digest)

    return work


def validate(engine: Engine, log: InteractionLog, _: Path, digest: Digest) -> None:
    assert log.metadata is not None
    digest.update(repr(sorted(map(repr, engine.validate(log.metadata.parent)))).encode())


JOBS: dict[str, Callable[[Engine, InteractionLog, Path, Digest], None]] = {
    "rows of each item": counts(fields.ITEM),
    "rows of each user": counts(fields.USER),
    "rows of each item and week": weeks,
    "statistics": stats,
    "last 200 rows of each user": histories,
    **{f"subset {name}": subset(name) for name in ("ur0.1_ir0.5", "ip0.1", "up-0.9_ip-0.9")},
    "split by time": split(TemporalSplit()),
    "split, leave last out": split(LeaveLastOut()),
    "split by chance": split(RandomSplit()),
    "validate": validate,
}


def family() -> tuple[float, float]:
    """Processor seconds of this process and all below it, and the most megabytes one has held."""
    parents, seconds, peaks = {}, {}, {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with suppress(OSError, IndexError):  # it may end at any moment
                fields = (place / "stat").read_text().rpartition(")")[2].split()
                number = int(place.name)
                peaks[number] = int((place / "status").read_text().split("VmHWM:")[1].split()[0])
                parents[number] = int(fields[1])
                seconds[number] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    ours, fresh = set[int](), {os.getpid()}
    while fresh:
        ours |= fresh
        fresh = {number for number, parent in parents.items() if parent in fresh}
    return sum(seconds[one] for one in ours), max(peaks[one] for one in ours) / 1024


def run(engine: str, folder: Path, master: str) -> None:
    """Do all jobs with one engine, and print what each took."""
    starting = nullcontext(embedded) if engine == "embedded" else SparkEngine.started(master)
    begin, log = time.perf_counter(), InteractionLog.open(folder)
    with starting as doing:
        for job, work in {"start": lambda *_: None, **JOBS}.items():
            cpu = family()[0] if job != "start" else 0.0
            digest = hashlib.sha256()
            with tempfile.TemporaryDirectory() as place:
                work(doing, log, Path(place) / "out", digest)
            after, peak = family()
            wall = time.perf_counter() - begin
            answer = digest.hexdigest()
            print(json.dumps([job, answer, wall, after - cpu, peak]), flush=True)
            begin = time.perf_counter()


def main(folder: Path, master: str) -> int:
    print(f"{InteractionLog.open(folder).stored_rows:,} rows: wall s, processor s, peak MB so far")
    found: dict[str, list[list[Any]]] = {}
    for engine in ("embedded", "spark"):
        command = [sys.executable, __file__, "--run", engine, str(folder), master]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            found[engine] = []
            for line in process.stdout:
                job, answer, wall, cpu, peak = json.loads(line)
                found[engine].append([job, answer])
                print(f"{engine:8} {job:28} {wall:7.1f} {cpu:7.1f} {peak:7.0f}", flush=True)
        if process.returncode:
            return 1
    differ = [ours for ours, theirs in zip(*found.values(), strict=True) if ours != theirs]
    print(f"{len(JOBS) - len(differ)} of {len(JOBS)} answers are the same")
    return int(bool(differ))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    else:
        sys.exit(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "local[2]"))
