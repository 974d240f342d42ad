"""Indexing and compacting, killed at any moment, leave a committed prefix and go on from there."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from trovato.core import StorageError, generator
from trovato.index import Collection, verify
from trovato.testing.conformance.storage.store import MadeFile, check_holds, contents, make_file

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

_DIM = 8
# Small groups, so that there are many commits to be killed in.
_MOST_TOKENS = 25
_ACKNOWLEDGED = struct.Struct("<II")
# Told instead of steps when a compaction begins, and when it is done.
_COMPACTING, _COMPACTED = 1 << 31, (1 << 31) + 1


@pytest.fixture
def place() -> Iterator[Path]:
    """In memory where there is such a place: a kill loses nothing that the system has."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@dataclass(frozen=True)
class Step:
    """One change: a file that is written, or a name that is removed."""

    file: MadeFile | None
    name: str


def _steps() -> list[Step]:
    """New files, small and long ones, some replaced and some removed later."""
    steps = []
    for number in range(7):
        name = f"{number}.pdf"
        steps.append(Step(make_file(name, 0, 14 if number == 4 else 2, _DIM), name))
        if number % 3 == 2:
            steps.append(Step(make_file(f"{number - 1}.pdf", 1, 4, _DIM), f"{number - 1}.pdf"))
            steps.append(Step(None, f"{number - 2}.pdf"))
    return steps


def _states(steps: Sequence[Step]) -> list[dict[str, MadeFile]]:
    """The files after no step, one step, two …"""
    states: list[dict[str, MadeFile]] = [{}]
    for step in steps:
        files = {name: file for name, file in states[-1].items() if name != step.name}
        states.append(files if step.file is None else {**files, step.name: step.file})
    return states


def _work(folder: Path, steps: Sequence[Step], start: int, channel: int) -> None:
    """Do the steps from `start` on, compact now and then, and tell what is acknowledged."""
    if not Collection.exists(folder):
        Collection.create(folder, fingerprint="made", dim=_DIM)
    with Collection.open(folder).writer(max_tokens=_MOST_TOKENS) as writer:
        for done, step in enumerate(steps[start:], start=start):
            if step.file is None:
                writer.remove(step.name)
            else:
                draft = step.file.stage(writer)
                for made in step.file.pages[draft.pages_done :]:
                    draft.add(made.page, made.vectors, made.spans)
                    if made.page.number % 6 == 0:
                        draft.flush()
                        os.write(channel, _ACKNOWLEDGED.pack(done, made.page.number))
                draft.finish()
            if done % 3 == 0:
                writer.flush()
                os.write(channel, _ACKNOWLEDGED.pack(done + 1, 0))
                os.write(channel, _ACKNOWLEDGED.pack(_COMPACTING, 0))
                writer.compact(max_tokens=2 * _MOST_TOKENS + 20 * done)
                os.write(channel, _ACKNOWLEDGED.pack(_COMPACTED, 0))
    os.write(channel, _ACKNOWLEDGED.pack(len(steps), 0))


def _run_and_kill(
    folder: Path, steps: Sequence[Step], start: int, delay: float, compactions: int
) -> tuple[tuple[int, int], bool, bool]:
    """The last acknowledgement of a child that gets `delay` seconds, and how it ended.

    The seconds begin when so many compactions have begun. How it ended is whether it was killed,
    and whether in a compaction.
    """
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _work(folder, steps, start, send)
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
    os.close(send)
    told = b""
    while _begun(told) < compactions and (part := os.read(receive, 1 << 16)):
        told += part
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
    while part := os.read(receive, 1 << 16):
        told += part
    os.close(receive)
    acknowledged, compacting = (start, 0), False
    for message in _ACKNOWLEDGED.iter_unpack(told):
        if message[0] < _COMPACTING:
            acknowledged = message
        else:
            compacting = message[0] == _COMPACTING
    return acknowledged, os.WIFSIGNALED(status), compacting


def _begun(told: bytes) -> int:
    """Compactions that have begun, by what a child has told."""
    return sum(message[0] == _COMPACTING for message in _ACKNOWLEDGED.iter_unpack(told))


def _draft_pages(folder: Path) -> int:
    connection = sqlite3.connect(folder / "trovato.db")
    found = connection.execute("SELECT ifnull(max(pages), 0) FROM files WHERE NOT live").fetchone()
    connection.close()
    return int(found[0])


def test_kills_leave_a_committed_prefix_each(place: Path, kills: int) -> None:
    """In a process of its own, where types are not checked at run time: several times faster."""
    command = [sys.executable, __file__, str(place), str(kills)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _kill_many(place: Path, wanted: int) -> None:
    steps = _steps()
    states = _states(steps)
    digests = [{name: file.digest for name, file in state.items()} for state in states]
    assert all(digests.count(state) == 1 for state in digests), "a state must name its step"

    began = time.perf_counter()
    receive, send = os.pipe()
    _work(place / "unbroken", steps, 0, send)
    os.close(receive)
    os.close(send)
    unbroken_seconds = time.perf_counter() - began
    with Collection.open(place / "unbroken").reader() as reader:
        check_holds(reader, list(states[-1].values()))
        unbroken = contents(reader)

    random = generator(0, "kills")
    kills, in_compaction, finished, collection, done = 0, 0, 0, 0, 0
    seen = set()
    while kills < wanted:
        folder = place / str(collection)
        # Compactions are short: every fifth kill is aimed at one.
        aimed = int(random.integers(1, 4)) if kills % 5 == 0 else 0
        delay = float(random.random()) * (0.01 if aimed else unbroken_seconds * 0.5)
        (step, pages), killed, compacting = _run_and_kill(folder, steps, done, delay, aimed)
        kills += killed
        in_compaction += killed and compacting
        if not Collection.exists(folder):
            assert step == 0, "a collection that was acknowledged is not there"
            continue
        if kills % 5 == 0:  # a file that nothing names yet is all that a kill may leave
            assert {finding.part for finding in verify(folder)} <= {"leftover"}
        with Collection.open(folder, fingerprint="made").reader() as reader:
            found = {file.name: file.digest for file in reader.files()}
            assert found in digests, f"no prefix of the steps leaves {found}"
            done = digests.index(found)
            seen.add(done)
            assert done >= step, f"{step} steps were acknowledged, {done} are there"
            check_holds(reader, list(states[done].values()))
            if done == step:
                assert _draft_pages(folder) >= pages, "acknowledged pages of a draft are gone"
            if done == len(steps):
                assert contents(reader) == unbroken, "the resumed run is not the unbroken one"
                finished, collection, done = finished + 1, collection + 1, 0
                shutil.rmtree(folder)
    assert in_compaction >= wanted / 20, f"only {in_compaction} kills hit a compaction"
    assert finished >= wanted / 100, "too few runs came to their end to compare"
    assert len(seen) > len(steps) / 2, f"the kills hit few moments: {sorted(seen)}"


def test_a_disk_that_fills_up_while_the_database_is_written_costs_nothing(place: Path) -> None:
    """The system cuts writes at a length: SQLite's log and files of vectors alike are torn."""
    resource = pytest.importorskip("resource")
    steps = _steps()
    states = _states(steps)
    digests = [{name: file.digest for name, file in state.items()} for state in states]
    refused = 0
    for limit in range(60_000, 260_000, 10_000):
        folder = place / str(limit)
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            try:
                _work(folder, steps, 0, send)
                os._exit(0)
            except StorageError:
                os._exit(1)
            except BaseException as error:
                os.write(2, f"{error!r}\n".encode())
                os._exit(2)
        os.close(send)
        told = b""
        while part := os.read(receive, 1 << 16):
            told += part
        os.close(receive)
        status = os.waitpid(child, 0)[1]
        assert os.WIFEXITED(status)
        assert os.WEXITSTATUS(status) in (0, 1), "not an error of ours"
        refused += os.WEXITSTATUS(status)
        messages = [(0, 0), *_ACKNOWLEDGED.iter_unpack(told)]
        step = max(message[0] for message in messages if message[0] < _COMPACTING)
        if not Collection.exists(folder):
            assert step == 0
            continue
        with Collection.open(folder).reader() as reader:
            found = {file.name: file.digest for file in reader.files()}
            done = digests.index(found)
            assert done >= step
            check_holds(reader, list(states[done].values()))
        assert {finding.part for finding in verify(folder)} <= {"leftover"}
    assert refused >= 5, "the limits were never reached"


if __name__ == "__main__":
    _kill_many(Path(sys.argv[1]), int(sys.argv[2]))
