"""Runs the worker for one engine, within limits."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SCRIPT = Path(__file__).parents[1] / "index_peers.py"
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "LANCE_CPU_THREADS",
)
WALL_PER_CPU = 3  # a busy machine may take so much longer than the CPU seconds allowed


@dataclass(frozen=True)
class Limits:
    """What a worker may use: CPU seconds of all its threads, and resident megabytes."""

    cpu_s: int
    memory_mb: int


def run_worker(
    engine: str, folder: Path, threads: int, queries: int, limits: Limits
) -> tuple[list[dict[str, float]], str | None]:
    """The lines that the worker printed, and why it ended early, if it did."""
    command = [sys.executable, str(SCRIPT), "--worker", engine, "--folder", str(folder)]
    command += ["--threads", str(threads), "--queries", str(queries)]
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, str(threads))
    with (
        tempfile.TemporaryDirectory(dir=folder.parents[1]) as scratch,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as errors,
    ):
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=errors,
            env=environment | {"TMPDIR": str(Path(scratch).resolve())},  # emptied by us if killed
            start_new_session=True,
        )
        failure = _watch(process, limits)
        lines = [json.loads(line) for line in _text(out) if line.startswith('{"')]
        return lines, failure or _failure(process.returncode, _text(errors))


def _watch(process: subprocess.Popen[bytes], limits: Limits) -> str | None:
    """Wait; end what grows too large or takes too long, and say so.

    RLIMIT_CPU would be simpler, but under it the process's CPU clock moves by whole ticks.
    """
    begun = time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        cpu_s, memory_mb = _use(process.pid)
        failure = None
        if memory_mb > limits.memory_mb:
            failure = f"ended at {limits.memory_mb} MB"
        elif cpu_s > limits.cpu_s:
            failure = f"did not finish in {limits.cpu_s} CPU seconds"
        elif time.monotonic() - begun > WALL_PER_CPU * limits.cpu_s:
            failure = f"did not finish in {WALL_PER_CPU * limits.cpu_s} seconds"
        if failure:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return failure
    return None


def _use(process: int) -> tuple[float, float]:
    """CPU seconds so far, ended children included, and megabytes now; zeros once it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks, pages = sum(map(int, fields[11:15])), int(fields[21])
    except (OSError, IndexError):
        return 0.0, 0.0
    return ticks / os.sysconf("SC_CLK_TCK"), pages * resource.getpagesize() / 2**20


def _failure(code: int, errors: list[str]) -> str | None:
    if code == 0:
        return None
    if code < 0:
        return f"crashed ({signal.Signals(-code).name})"
    return errors[-1][:200] if errors else f"ended with status {code}"


def _text(file: IO[str]) -> list[str]:
    file.seek(0)
    return [line.strip() for line in file if line.strip()]
