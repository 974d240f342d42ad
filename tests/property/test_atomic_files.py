"""A file that is written is whole: whoever reads or writes it besides, whenever one is killed."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trovato.core import StorageError, atomic_path, generator

_ROUNDS = 60
_BLOCK = 1 << 16
_OLD, _NEW = b"a" * (16 * _BLOCK), b"b" * (16 * _BLOCK)


def _write(path: Path, content: bytes) -> None:
    with atomic_path(path) as part, part.open("wb") as file:
        for begin in range(0, len(content), _BLOCK):
            file.write(content[begin : begin + _BLOCK])


def test_two_writers_of_one_path_leave_a_whole_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "shared"
    _write(path, _OLD)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(_ROUNDS):
            writers = [pool.submit(_write, path, content) for content in (_OLD, _NEW)]
            while not all(writer.done() for writer in writers):
                assert path.read_bytes() in (_OLD, _NEW)
            for writer in writers:
                writer.result()
            assert path.read_bytes() in (_OLD, _NEW)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path, random = tmp_path / "log", generator(0, "kills")
    _write(path, _OLD)
    began = time.perf_counter()
    _write(path, _OLD)
    seconds = time.perf_counter() - began
    left = []
    for _ in range(_ROUNDS):
        child = os.fork()
        if child == 0:
            while True:
                _write(path, _NEW)
                _write(path, _OLD)
        time.sleep(float(random.random()) * 3 * seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert path.read_bytes() in (_OLD, _NEW)
        left.append(len(list(tmp_path.iterdir())) - 1)
    assert any(left), "no kill hit a writer at work"
    assert max(left) == 1, "what killed writers leave must not pile up"
    _write(path, _NEW)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_at_work_is_not_taken_for_an_abandoned_one(tmp_path: Path) -> None:
    path = tmp_path / "slow"
    with atomic_path(path) as slow:
        slow.write_bytes(_OLD)
        _write(path, _NEW)
        assert path.read_bytes() == _NEW
    assert path.read_bytes() == _OLD


@pytest.mark.parametrize("error", [OSError(28, "full"), ValueError("wrong"), KeyboardInterrupt()])
def test_an_error_leaves_the_old_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "old"
    _write(path, _OLD)

    def fail() -> None:
        with atomic_path(path) as part:
            part.write_bytes(_NEW[:100])
            raise error

    with pytest.raises(StorageError if isinstance(error, OSError) else type(error)):
        fail()
    assert path.read_bytes() == _OLD
    assert list(tmp_path.iterdir()) == [path]
