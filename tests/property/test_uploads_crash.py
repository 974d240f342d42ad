"""A server killed at any moment loses no file that it had acknowledged, and indexes each once."""

import os
import signal
import time
from pathlib import Path

import pytest

from trovato.core import atomic_path, generator
from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import Workspace
from trovato.web.jobs import IndexingJobs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

FILES = 12


def serve(place: Path, acknowledged: int) -> None:
    """Receive the files that are left, one after another, and index all of them."""
    with (
        Library.create(place / "c", exist_ok=True, encoder=WordEncoder()) as library,
        Workspace(place / "w.db") as workspace,
        IndexingJobs({"c": library}, workspace, place / "kept") as jobs,
    ):
        for number in range(acknowledged, FILES):
            with atomic_path(jobs.place("c", f"{number}.txt")) as part:
                part.write_text(f"file {number} harbour", "utf-8")
            jobs.received("c", f"{number}.txt", "")
            with (place / "acknowledged").open("a") as told:
                told.write(".")
        while jobs.waiting():
            time.sleep(0.01)


def test_what_was_acknowledged_is_indexed_in_the_end(tmp_path: Path, kills: int) -> None:
    started = time.perf_counter()
    serve(tmp_path / "whole", 0)
    usual = time.perf_counter() - started
    draw, place, killed = generator(7, "kills"), tmp_path / "killed", 0
    (place / "kept").mkdir(parents=True)
    (tmp_path / "whole").mkdir(exist_ok=True)
    for _ in range(kills // 10):
        acknowledged = place / "acknowledged"
        known = len(acknowledged.read_text()) if acknowledged.exists() else 0
        child = os.fork()
        if not child:
            try:
                serve(place, known)
            finally:
                os._exit(0)
        time.sleep(float(draw.uniform(0, usual / 2)))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
    assert killed
    serve(place, len(acknowledged.read_text()) if acknowledged.exists() else 0)
    with (
        Library.open(place / "c", encoder=WordEncoder()) as library,
        Workspace(place / "w.db") as workspace,
    ):
        names = {f"uploads/{number}.txt" for number in range(FILES)}
        assert {file.name for file in library.collection.files()} == names
        received = workspace.recent("received", 1000)
        assert len(received) >= FILES
        for event in received:
            kinds = [one.kind for one in workspace.events(event.stream)]
            assert kinds == ["received", "indexed"]
