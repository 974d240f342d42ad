"""Judging, killed at any moment: what was acknowledged is there once, and the state follows."""

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
from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.annotate import Document, Judged, Project, SettingsSet, SpanMarked, Undone
from trovato.core import generator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

_DOCUMENTS = 40
_NUMBER = struct.Struct("<I")


@pytest.fixture
def place() -> Iterator[Path]:
    """In memory where there is such a place: a kill loses nothing that the system has."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        place = Path(folder) / "made.judged"
        with Project.create(place, "ada", SettingsSet(overlap=0.0)) as project:
            project.add_documents(Document(f"d{at}", f"text {at}") for at in range(_DOCUMENTS))
            project.add_queries({"q": "query"}, "ada")
            project.add_run({"q": [f"d{at}" for at in range(_DOCUMENTS)]}, "run", "ada", depth=99)
        yield place


def work(place: Path, first: int, channel: int) -> None:
    """Judge, change one's mind, mark, take back; tell the number of each event that is stored."""
    with Project.open(place) as project:
        number = first
        while True:
            document = f"d{number % _DOCUMENTS}"
            event: Judged | SpanMarked = Judged("q", document, number % 4)
            if number % 5 == 3:
                event = SpanMarked("q", document, 0, 4, "text")
            if number % 7 == 6:
                event = Judged("q", document, None)
            project.record("ada", event, event_id=f"e{number}")
            if number % 11 == 10:
                project.record("ada", Undone(f"e{number}"), event_id=f"u{number}")
            os.write(channel, _NUMBER.pack(number))
            number += 1


def killed(place: Path, first: int, enough: int, wait: float) -> int:
    """The last event that was acknowledged to someone who kills after `enough` of them."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(place, first, writing)
        finally:
            os._exit(1)
    os.close(writing)
    last = first - 1
    with os.fdopen(reading, "rb") as channel:
        while last < first + enough and (told := channel.read(_NUMBER.size)):
            (last,) = _NUMBER.unpack(told)
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while told := channel.read(_NUMBER.size):
            (last,) = _NUMBER.unpack(told)
    return last


def check_log(place: Path, acknowledged: int) -> None:
    with sqlite3.connect(place) as connection:
        rows = connection.execute("SELECT id FROM event WHERE id LIKE 'e%' ORDER BY seq").fetchall()
    ids = [name for (name,) in rows if name[1:].isdigit()]
    # Each once, in order, and at most one more that nobody was told of.
    assert ids[: acknowledged + 1] == [f"e{number}" for number in range(acknowledged + 1)]
    assert len(ids) <= acknowledged + 2


@pytest.mark.parametrize(
    ("kills", "events"), [(4, 60), pytest.param(50, 5_000, marks=pytest.mark.slow)]
)
def test_a_kill_loses_nothing_that_was_acknowledged(place: Path, kills: int, events: int) -> None:
    random = generator(0, "kills")
    acknowledged = -1
    for kill in range(kills):
        enough = int(random.integers(1, 2 * events // kills))
        acknowledged = killed(place, acknowledged + 1, enough, float(random.random()) * 0.005)
        check_log(place, acknowledged)
        if kill % 10 == 0:
            with Project.open(place) as project:
                assert project.verify() == []
    with Project.open(place) as project:
        assert project.verify() == []
        # Whoever sends everything again adds nothing.
        count = len(list(project.store.events()))
        for number in (0, acknowledged // 2, acknowledged):
            stored = project.store.find(f"e{number}")
            assert stored is not None
            project.record("ada", stored.event, event_id=stored.id)
        assert len(list(project.store.events())) == count
    assert acknowledged > 0.8 * events


@pytest.mark.slow
def test_a_sync_comes_before_every_acknowledgement(place: Path, tmp_path: Path) -> None:
    """As the system saw it: between two acknowledgements lies a sync of the write-ahead log."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    program = (
        "import os, sys; from trovato.annotate import Judged, Project\n"
        "with Project.open(sys.argv[1]) as project:\n"
        "    for number in range(20):\n"
        "        project.record('ada', Judged('q', f'd{number}', 1))\n"
        "        os.write(1, b'told')\n"
    )
    trace, calls = tmp_path / "trace", "trace=fdatasync,fsync,write"
    traced = ["strace", "-f", "-e", calls, "-o", str(trace), sys.executable, "-c", program]
    subprocess.run([*traced, str(place)], check=True, capture_output=True)
    synced, told = False, 0
    for line in trace.read_text("utf-8", errors="replace").splitlines():
        synced = synced or "sync(" in line
        if '"told"' in line:
            assert synced, f"acknowledged before a sync: {line}"
            synced, told = False, told + 1
    assert told == 20
