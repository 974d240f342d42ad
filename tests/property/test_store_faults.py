"""Writes that the system tears, shortens or refuses, at every single operation."""

from __future__ import annotations

import errno
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from trovato.core import StorageError, generator
from trovato.index import Collection, verify
from trovato.testing.conformance.storage.store import MadeFile, check_holds, make_file

_DIM = 8
_REAL_OPEN, _REAL_FSYNC, _REAL_UNLINK = Path.open, os.fsync, Path.unlink


@dataclass
class Faults:
    """The operations by which files of vectors are written; one of them may go wrong.

    `fault` is asked before each with its kind: "write", "fsync" or "unlink". It gives an error
    number to fail with after half of a write, 0 to write half and say so, or None.
    """

    fault: Callable[[str], int | None]
    unforced: set[Path] = field(default_factory=set)

    def fail(self, kind: str) -> None:
        code = self.fault(kind)
        if code:
            raise OSError(code, os.strerror(code))

    def open(self, path: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if mode != "wb":
            return _REAL_OPEN(path, mode, *arguments, **named)
        self.unforced.add(path)
        return io.BufferedWriter(_File(path, self), buffer_size=256)

    def fsync(self, descriptor: int) -> None:
        self.fail("fsync")
        _REAL_FSYNC(descriptor)
        target = Path(f"/proc/self/fd/{descriptor}")
        self.unforced.discard(target.resolve() if target.exists() else Path())

    def unlink(self, path: Path, missing_ok: bool = False) -> None:
        self.fail("unlink")
        _REAL_UNLINK(path, missing_ok)


class _File(io.FileIO):
    def __init__(self, path: Path, faults: Faults) -> None:
        super().__init__(path, "w")
        self._faults = faults

    def write(self, content: Any) -> int:
        code = self._faults.fault("write")
        if code is None:
            return super().write(content)
        half = super().write(memoryview(content)[: max(1, len(content) // 2)])
        if code:
            raise OSError(code, os.strerror(code))
        return half


@pytest.fixture
def place() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder).resolve()


def _steps() -> list[MadeFile | str]:
    """Files that come and are replaced, and names of files that go."""
    return [
        make_file("a", 0, 4, _DIM),
        make_file("b", 0, 7, _DIM),
        make_file("c", 0, 2, _DIM),
        "a",
        make_file("b", 1, 5, _DIM),
        make_file("d", 0, 4, _DIM),
        "c",
        make_file("e", 0, 3, _DIM),
    ]


def _states(steps: Sequence[MadeFile | str]) -> list[dict[str, MadeFile]]:
    states: list[dict[str, MadeFile]] = [{}]
    for step in steps:
        name = step if isinstance(step, str) else step.name
        left = {other: file for other, file in states[-1].items() if other != name}
        states.append(left if isinstance(step, str) else {**left, name: step})
    return states


def _work(
    folder: Path, steps: Sequence[MadeFile | str], start: int, told: Callable[[int], object]
) -> None:
    """Do the steps from `start` on, compact after every other, tell what is acknowledged."""
    with Collection.open(folder).writer(max_tokens=12, time_budget_s=1e6) as writer:
        for done, step in enumerate(steps[start:], start=start + 1):
            if isinstance(step, str):
                writer.remove(step)
            else:
                step.write(writer)
            writer.flush()
            told(done)
            if done % 2 == 0:
                writer.compact()


def _check(folder: Path, states: Sequence[dict[str, MadeFile]], acknowledged: int) -> int:
    """The number of steps that are there, which must be all that were acknowledged."""
    digests = [{name: file.digest for name, file in state.items()} for state in states]
    with Collection.open(folder).reader() as reader:
        done = digests.index({file.name: file.digest for file in reader.files()})
        assert done in (acknowledged, acknowledged + 1)
        check_holds(reader, list(states[done].values()))
    assert {finding.part for finding in verify(folder)} <= {"leftover"}
    return done


def _watched(patch: pytest.MonkeyPatch, faults: Faults) -> None:
    patch.setattr(Path, "open", lambda *a, **k: faults.open(*a, **k))
    patch.setattr(Path, "unlink", lambda *a, **k: faults.unlink(*a, **k))
    patch.setattr(os, "fsync", faults.fsync)


@pytest.mark.parametrize(
    ("kind", "code", "stride"),
    [
        ("write", errno.ENOSPC, 9),
        ("write", 0, 9),
        ("fsync", errno.EIO, 3),
        ("unlink", errno.EIO, 2),
    ],
)
def test_a_fault_at_any_operation_leaves_what_was_acknowledged(
    place: Path, monkeypatch: pytest.MonkeyPatch, kind: str, code: int, stride: int
) -> None:
    steps = _steps()
    states = _states(steps)
    number, runs, hit, finished = 1 - stride, 0, 0, False
    while not finished:
        number, runs = number + stride, runs + 1
        folder = place / str(number)
        Collection.create(folder, fingerprint="made", dim=_DIM)
        seen = 0

        def fault(asked: str, number: int = number) -> int | None:
            nonlocal seen
            seen += asked == kind
            return code if asked == kind and seen == number else None

        acknowledged = [0]
        with monkeypatch.context() as patch:
            _watched(patch, Faults(fault))
            try:
                _work(folder, steps, 0, acknowledged.append)
            except StorageError:
                hit += 1
        finished = seen < number
        done = _check(folder, states, acknowledged[-1])
        # A writer opens again at once, and goes on to the same end.
        _work(folder, steps, done, acknowledged.append)
        assert _check(folder, states, len(steps)) == len(steps)
        assert verify(folder) == []
        shutil.rmtree(folder)
    assert runs > 5, "hardly an operation of that kind was met"
    # The last run meets no fault. A short write is none, and merging when a writer is closed may
    # fail in silence.
    assert (runs - 1) / 2 <= hit < runs if code else hit == 0


def test_a_power_cut_at_any_operation_leaves_what_was_acknowledged(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not forced to the disk is lost: unforced files of vectors, and the log's new end."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to tell which file is forced to the disk")
    steps = _steps()
    states = _states(steps)
    folder, log = place / "made", place / "made" / "trovato.db-wal"
    Collection.create(folder, fingerprint="made", dim=_DIM)
    random = generator(0, "power")
    acknowledged, forced_log = [0], [0]
    copies: list[tuple[Path, int]] = []

    def told(done: int) -> None:
        acknowledged.append(done)
        forced_log.append(log.stat().st_size)

    def cut(kind: str) -> None:
        faults.fault = lambda kind: None  # copying deletes files too
        copy = place / str(len(copies))
        shutil.copytree(folder, copy)
        (copy / "trovato.db-shm").unlink(missing_ok=True)
        for path in faults.unforced:
            lost = copy / "segments" / path.name
            if lost.exists():
                os.truncate(lost, int(random.integers(lost.stat().st_size + 1)))
        size = log.stat().st_size
        if size > forced_log[-1]:
            os.truncate(copy / log.name, int(random.integers(forced_log[-1], size + 1)))
        copies.append((copy, acknowledged[-1]))
        faults.fault = cut

    faults = Faults(cut)
    with monkeypatch.context() as patch, Collection.open(folder).reader():
        _watched(patch, faults)
        _work(folder, steps, 0, told)
    assert len(copies) > 50
    for copy, step in copies:
        _check(copy, states, step)
        with suppress(StorageError), Collection.open(copy).writer():
            pass
        assert verify(copy) == []
