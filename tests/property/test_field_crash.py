"""A field that is added to a collection, killed at any moment, goes on where it stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Item, generator
from trovato.index import Collection, VectorField, verify
from trovato.testing.conformance.storage.store import make_file, unit_vectors

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

_MEMORY = Path("/dev/shm")
_FIELD = VectorField("text", "made", 16)


def encode(items: Iterator[Item]) -> Iterator[np.ndarray]:
    """The same vectors for the same item, and none for every fourth page."""
    for item in items:
        count = 0 if item.order % 4 == 3 else 1 + item.order % 3
        yield unit_vectors(generator(0, item.id), count, 16)


def add_field(folder: Path) -> int:
    """In many small commits."""
    collection = Collection.open(folder)
    with closing(collection), collection.writer(max_tokens=35) as writer:
        return writer.add_field(_FIELD, encode)


def held(folder: Path) -> dict[str, bytes]:
    """The vectors of each item in the field."""
    collection = Collection.open(folder)
    with closing(collection), collection.reader() as reader:
        if _FIELD.name not in reader.fields:
            return {}
        return {
            name: found.tobytes()
            for row, name in reader.ids_of(reader.rows()).items()
            if len(found := reader.vectors_of(row, field=_FIELD.name))
        }


def run(place: Path, wanted: int) -> None:
    made = Collection.create(place / "made", fingerprint="made", dim=8)
    with made.writer(max_tokens=60) as writer:
        for number in range(30):
            make_file(f"{number}.pdf", 0, 6, 8).write(writer)
        for number in range(0, 30, 5):
            writer.remove(f"{number}.pdf")
        draft = make_file("half.pdf", 0, 9, 8).stage(writer)
        for page in make_file("half.pdf", 0, 9, 8).pages[:5]:
            draft.add(page.page, page.vectors, page.spans)
    made.close()
    shutil.copytree(place / "made", place / "unbroken")
    began = time.perf_counter()
    encoded = add_field(place / "unbroken")
    seconds = time.perf_counter() - began
    whole = held(place / "unbroken")
    items = list(Collection.open(place / "unbroken"))
    for item, vectors in zip(items, encode(iter(items)), strict=True):
        found = np.frombuffer(whole.get(item.id, b""), np.float32).reshape(-1, 16)
        np.testing.assert_allclose(found, vectors, atol=0.02, err_msg=item.id)
    assert encoded == 24 * 6 + 5
    random, kills, partly = generator(1, "kills"), 0, 0
    while kills < wanted:
        folder = place / "killed"
        shutil.copytree(place / "made", folder)
        done: dict[str, bytes] = {}
        while True:
            child = os.fork()
            if child == 0:
                try:
                    add_field(folder)
                    os._exit(0)
                except BaseException as error:
                    os.write(2, f"{error!r}\n".encode())
                    os._exit(1)
            time.sleep(float(random.random()) * seconds)
            os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
            assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
            kills += os.WIFSIGNALED(status)
            assert {found.part for found in verify(folder)} <= {"leftover"}
            before, done = done, held(folder)
            assert done.items() <= whole.items(), "vectors are not those of the item"
            assert before.items() <= done.items(), "what was encoded is gone"
            partly += 0 < len(done) < len(whole)
            if os.WIFEXITED(status):
                assert done == whole, "the resumed run is not the unbroken one"
                break
        shutil.rmtree(folder)
    assert partly >= wanted / 5, f"only {partly} kills left a part"


def test_a_killed_field_goes_on_where_it_stopped(kills: int) -> None:
    """In a process of its own, where types are not checked at run time: several times faster."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        command = [sys.executable, __file__, folder, str(max(kills // 5, 5))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
