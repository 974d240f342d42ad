"""Any sequence of changes leaves what a dictionary would hold."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from trovato.index import Collection, Writer, verify
from trovato.testing.conformance.storage.store import MadeFile, check_holds, make_file

_NAMES = st.sampled_from(["a.pdf", "b/a.pdf", "b/é 🙂.txt", "c#1"])
_DIM = 4
# No disk needs to turn for this where there is such a place.
_MEMORY = Path("/dev/shm")
_made = cache(make_file)


class StoreMachine(RuleBasedStateMachine):
    """A collection beside a dictionary of files: what is committed, and what is not yet."""

    operations = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None))
        self.collection = Collection.create(self.folder / "made", fingerprint="made", dim=_DIM)
        self.writer: Writer | None = None
        self.now: dict[str, MadeFile] = {}
        self.committed: dict[str, MadeFile] = {}

    def teardown(self) -> None:
        if self.writer is not None:
            self.writer.close()
        shutil.rmtree(self.folder)

    def open_writer(self) -> Writer:
        if self.writer is None:
            self.writer = self.collection.writer(max_tokens=10**6, time_budget_s=1e6)
        return self.writer

    @rule(name=_NAMES, version=st.integers(0, 2), pages=st.integers(0, 2))
    def write(self, name: str, version: int, pages: int) -> None:
        self.now[name] = _made(name, version, pages, _DIM)
        self.now[name].write(self.open_writer())

    @rule(name=_NAMES, version=st.integers(3, 4), pages=st.integers(1, 2))
    def stage_a_part(self, name: str, version: int, pages: int) -> None:
        file = _made(name, version, 3, _DIM)
        draft = file.stage(self.open_writer())
        for made in file.pages[draft.pages_done : pages]:
            draft.add(made.page, made.vectors, made.spans)

    @rule(name=_NAMES, version=st.integers(3, 4))
    def go_on(self, name: str, version: int) -> None:
        self.now[name] = _made(name, version, 3, _DIM)
        self.now[name].write(self.open_writer())

    @rule(name=_NAMES)
    def remove(self, name: str) -> None:
        assert self.open_writer().remove(name) == (name in self.now)
        self.now.pop(name, None)

    @rule(name=_NAMES)
    def fail(self, name: str) -> None:
        self.open_writer().record_failure(name, "torn", "it is torn")

    @precondition(lambda self: self.writer is not None)
    @rule()
    def flush(self) -> None:
        self.open_writer().flush()
        self.committed = dict(self.now)

    @rule(max_tokens=st.sampled_from([5, 20, 1000]))
    def compact(self, max_tokens: int) -> None:
        self.open_writer().compact(max_tokens=max_tokens)
        self.committed = dict(self.now)

    @precondition(lambda self: self.writer is None)
    @rule()
    def is_sound(self) -> None:
        assert verify(self.folder / "made") == []

    def holds_every_page(self) -> None:
        with self.collection.reader() as reader:
            check_holds(reader, list(self.committed.values()))

    @rule()
    def reopen(self) -> None:
        self.open_writer().close()
        self.writer, self.committed = None, dict(self.now)
        self.collection.close()
        self.collection = Collection.open(self.folder / "made", fingerprint="made")
        self.holds_every_page()
        names = {path.name for path in (self.folder / "made" / "segments").glob("*.seg")}
        assert len(names) == self.segments(), "a file of vectors is left that nothing names"

    @precondition(lambda self: self.writer is not None)
    @rule(error=st.sampled_from([RuntimeError, KeyboardInterrupt]))
    def leave_by_an_error(self, error: type[BaseException]) -> None:
        with suppress(error), self.open_writer():
            raise error
        self.writer, self.now = None, dict(self.committed)

    def segments(self) -> int:
        connection = sqlite3.connect(self.folder / "made" / "trovato.db")
        found = connection.execute("SELECT count(*) FROM segments").fetchone()[0]
        connection.close()
        return int(found)

    @invariant()
    def holds_what_is_committed(self) -> None:
        StoreMachine.operations += 1
        found = {file.name: file.digest for file in self.collection.files()}
        assert found == {name: file.digest for name, file in self.committed.items()}

    @invariant()
    def knows_what_is_written(self) -> None:
        if self.writer is not None:
            for name, file in self.now.items():
                assert self.writer.known(name) == file.digest


StoreMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=20)
TestStore = StoreMachine.TestCase


@pytest.mark.slow
def test_ten_thousand_operations_leave_what_a_dictionary_would() -> None:
    """In a process of its own, where types are not checked at run time: ten times faster."""
    done = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 9_000, f"only {done.stdout} operations"


def _run_many() -> None:
    many = settings(
        max_examples=215,
        stateful_step_count=50,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(StoreMachine, settings=many)
    sys.stdout.write(str(StoreMachine.operations))


if __name__ == "__main__":
    _run_many()
