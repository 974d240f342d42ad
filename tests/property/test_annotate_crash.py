"""Judging, killed at any moment: what was acknowledged is there once, and the state follows.

In SQLite whoever judges is killed; in PostgreSQL that, or a process of the server, whereupon it
ends all connections and recovers from its log.
"""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from trovato.annotate import Document, Judged, Project, SettingsSet, SpanMarked, Undone
from trovato.core import StorageError, generator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

_DOCUMENTS = 40
_NUMBER = struct.Struct("<I")


def make(place: Path | str) -> None:
    with Project.create(place, "ada", SettingsSet(overlap=0.0)) as project:
        project.add_documents(Document(f"d{at}", f"text {at}") for at in range(_DOCUMENTS))
        project.add_queries({"q": "query"}, "ada")
        project.add_run({"q": [f"d{at}" for at in range(_DOCUMENTS)]}, "run", "ada", depth=99)


@pytest.fixture
def file() -> Iterator[Path]:
    """In memory where there is such a place: a kill loses nothing that the system has."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        make(Path(folder) / "made.judged")
        yield Path(folder) / "made.judged"


@pytest.fixture
def database(postgres: str) -> str:
    make(f"{postgres}/crash")
    return f"{postgres}/crash"


def work(place: Path | str, first: int, channel: int) -> None:
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


def killed(
    place: Path | str, first: int, enough: int, wait: float, victim: Callable[[int], int]
) -> int:
    """The last event that was acknowledged to someone, when `enough` of them were and all ended.

    `victim` names the process that is killed, given the one that judges.
    """
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
        chosen = victim(child)
        time.sleep(wait)
        os.kill(chosen, signal.SIGKILL)
        while told := channel.read(_NUMBER.size):
            (last,) = _NUMBER.unpack(told)
        os.waitpid(child, 0)
    return last


def found_again(place: Path | str) -> Project:
    """The project; a server that recovers takes no connections for a moment."""
    until = time.monotonic() + 30
    while True:
        try:
            return Project.open(place)
        except StorageError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def check_log(project: Project, acknowledged: int) -> None:
    ids = [one.id for one in project.store.events() if one.id[0] == "e" and one.id[1:].isdigit()]
    # Each once, in order, and at most one more that nobody was told of.
    assert ids[: acknowledged + 1] == [f"e{number}" for number in range(acknowledged + 1)]
    assert len(ids) <= acknowledged + 2


def check_kills(
    place: Path | str, kills: int, events: int, victim: Callable[[int, int], int]
) -> None:
    random = generator(0, "kills")
    acknowledged = -1
    for kill in range(kills):
        enough = int(random.integers(1, 2 * events // kills))
        wait = float(random.random()) * 0.005
        acknowledged = killed(place, acknowledged + 1, enough, wait, partial(victim, kill))
        with found_again(place) as project:
            check_log(project, acknowledged)
            if kill % 10 == 0:
                assert project.verify() == []
    with found_again(place) as project:
        assert project.verify() == []
        # Whoever sends everything again adds nothing.
        count = len(list(project.store.events()))
        for number in (0, acknowledged // 2, acknowledged):
            stored = project.store.find(f"e{number}")
            assert stored is not None
            project.record("ada", stored.event, event_id=stored.id)
        assert len(list(project.store.events())) == count
    assert acknowledged > 0.8 * events


@pytest.mark.parametrize(
    ("kills", "events"), [(4, 60), pytest.param(50, 5_000, marks=pytest.mark.slow)]
)
@pytest.mark.usefixtures("unchecked")
def test_a_kill_loses_nothing_that_was_acknowledged(file: Path, kills: int, events: int) -> None:
    check_kills(file, kills, events, lambda _kill, child: child)


@pytest.mark.slow
@pytest.mark.needs("pg8000")
@pytest.mark.usefixtures("unchecked")
def test_neither_do_kills_of_postgres_or_its_client(postgres: str, database: str) -> None:
    from pg8000.native import Connection

    port = int(postgres.split(":")[2].split("/")[0])

    def victim(kill: int, child: int) -> int:
        if kill % 3:
            return child
        connection = Connection("tester", host="127.0.0.1", port=port, database="postgres")
        ((process,),) = connection.run(
            "SELECT pid FROM pg_stat_activity WHERE pid != pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        connection.close()
        return int(process)

    check_kills(database, 12, 400, victim)


@pytest.mark.slow
def test_a_sync_comes_before_every_acknowledgement(file: Path, tmp_path: Path) -> None:
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
    subprocess.run([*traced, str(file)], check=True, capture_output=True)
    synced, told = False, 0
    for line in trace.read_text("utf-8", errors="replace").splitlines():
        synced = synced or "sync(" in line
        if '"told"' in line:
            assert synced, f"acknowledged before a sync: {line}"
            synced, told = False, told + 1
    assert told == 20
