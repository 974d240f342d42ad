"""Events are only added, survive a kill, and rebuild what they tell."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from trovato.core import InvalidInputError, StorageError, UnreadableFileError
from trovato.web import Workspace
from trovato.web.workspace import Answers


def test_events_come_back_in_order(tmp_path: Path) -> None:
    with Workspace(tmp_path / "deep" / "w.db") as workspace:
        for number in range(3):
            workspace.append("a", "asked", {"n": number, "text": "é\ud7ff"}, actor="ada")
            workspace.append("b", "other", {})
        secret = workspace.secret()
    with Workspace(tmp_path / "deep" / "w.db") as workspace:
        events = workspace.events("a")
        assert [event.payload["n"] for event in events] == [0, 1, 2]
        assert [event.seq for event in events] == [1, 3, 5]
        assert events[0].actor == "ada"
        assert [event.payload["n"] for event in workspace.recent("asked", 2)] == [2, 1]
        assert workspace.secret() == secret
        assert len(secret) == 32


@pytest.mark.parametrize("change", ["UPDATE event SET kind = 'x'", "DELETE FROM event"])
def test_events_cannot_be_changed(tmp_path: Path, change: str) -> None:
    with Workspace(tmp_path / "w.db") as workspace:
        workspace.append("a", "asked", {})
    connection = sqlite3.connect(tmp_path / "w.db")
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(change)
    connection.close()


def test_what_is_no_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to be one" * 99)
    with pytest.raises(UnreadableFileError, match="no workspace"):
        Workspace(tmp_path / "text")
    with Workspace(tmp_path / "w.db"):
        pass
    connection = sqlite3.connect(tmp_path / "w.db")
    connection.execute("UPDATE about SET value = '2' WHERE key = 'version'")
    connection.commit()
    connection.close()
    with pytest.raises(UnreadableFileError, match="version 2"):
        Workspace(tmp_path / "w.db")


def test_a_closed_workspace_says_so(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w.db")
    workspace.close()
    with pytest.raises(StorageError):
        workspace.append("a", "asked", {})


WRITER = """
import sys
from trovato.web import Workspace
with Workspace(sys.argv[1]) as workspace:
    for number in range(10**6):
        workspace.append("a", "asked", {"n": number})
        print(number, flush=True)
"""


@pytest.mark.slow
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    told = -1
    for _ in range(2):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "w.db")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                told = int(line)
                if told >= 20:
                    break
            writer.send_signal(signal.SIGKILL)
            rest = [int(line) for line in writer.stdout.read().split() if line.isdigit()]
        acknowledged = max([told, *rest])
        with Workspace(tmp_path / "w.db") as workspace:
            assert workspace.events("a")[-1].payload["n"] in (acknowledged, acknowledged + 1)


def test_an_answer_is_what_its_events_say() -> None:
    answers = Answers(Workspace())
    name = answers.ask("c", "Who?", "page=1", "late", "ada")
    assert answers.get(name).open
    answers.record(name, "stopped", {"written": "It was"})
    assert not answers.get(name).open
    assert answers.get(name).written == "It was"
    answers.record(name, "again", {})
    assert answers.get(name).open
    answers.record(name, "failed", {"problem": "no"})
    assert answers.get(name).problem == "no"
    answers.record(name, "again", {})
    told = {"answer": {"text": "Ada", "sources": []}, "written": "Ada", "seconds": 2.0}
    answers.record(name, "answered", told)
    answers.record(name, "explain", {})
    assert answers.get(name).open
    answers.record(name, "explained", {"sources": ["x"]})
    found = answers.get(name)
    assert not found.open
    assert found.answer == {"text": "Ada", "sources": ["x"]}
    assert (found.question, found.filter, found.mode, found.actor) == (
        "Who?",
        "page=1",
        "late",
        "ada",
    )
    other = answers.ask("c", "When?", "", "late", "bob")
    assert [one.id for one in answers.recent(5, "ada")] == [name]
    assert [one.id for one in answers.recent(5, "bob")] == [other]
    with pytest.raises(InvalidInputError, match="there is no answer"):
        answers.get("nothing")
