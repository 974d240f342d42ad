"""Answers that have an address of their own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trovato.core import NotFoundError
from trovato.web.workspace.store import Workspace


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A question and what has become of it.

    Parameters
    ----------
    id
        Cannot be guessed.
    collection, question, filter, mode
        What was asked of what, and how pages were looked for.
    asked
        Seconds since 1970.
    actor
        Who asked; empty where nobody has a name.
    answer
        As `trovato ask --json` prints it; None where there is none.
    written
        What a language model wrote, with the marks of the passages that it named; also of an answer
        that was stopped.
    seconds
        How long the answer took.
    stopped
        Whether its reader stopped it, or left.
    problem
        Why it failed; empty where it did not.
    explaining
        Whether each page is asked alone, and has not answered yet.
    """

    id: str
    collection: str
    question: str
    filter: str
    mode: str
    asked: float
    actor: str
    answer: Mapping[str, Any] | None = None
    written: str = ""
    seconds: float = 0.0
    stopped: bool = False
    problem: str = ""
    explaining: bool = field(default=False)

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.explaining or not (self.answer or self.stopped or self.problem)


class Answers:
    """Answers of a workspace, folded from their events.

    Parameters
    ----------
    workspace
        Keeps the events.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def ask(self, collection: str, question: str, filter: str, mode: str, actor: str) -> str:
        """Store a question; gives back the id of its answer."""
        name = secrets.token_urlsafe(12)
        asked = {"collection": collection, "question": question, "filter": filter, "mode": mode}
        self._workspace.append(name, "asked", asked, actor=actor)
        return name

    def record(self, name: str, kind: str, payload: Mapping[str, Any], actor: str = "") -> None:
        """Store what has become of it: answered, stopped, failed, again, explain or explained."""
        self._workspace.append(name, kind, payload, actor=actor)

    def get(self, name: str) -> StoredAnswer:
        """One answer.

        Raises
        ------
        NotFoundError
            If there is none of that id.
        """
        events = self._workspace.events(name)
        if not events or events[0].kind != "asked":
            raise NotFoundError(f"there is no answer {name[:40]!r}: ask the question again")
        state = {"asked": events[0].time, "actor": events[0].actor, **events[0].payload}
        for event in events[1:]:
            match event.kind:
                case "answered" | "failed":
                    state |= event.payload
                case "stopped":
                    state |= {"stopped": True, "explaining": False, **event.payload}
                case "again":
                    state |= {"stopped": False, "problem": "", "written": ""}
                case "explain":
                    state |= {"explaining": True, "stopped": False}
                case "explained":
                    state["answer"] = {**state["answer"], **event.payload}
                    state["explaining"] = False
        return StoredAnswer(name, **state)

    def recent(self, count: int, actor: str) -> list[StoredAnswer]:
        """The last ones that someone asked for, newest first."""
        asked = self._workspace.recent("asked", 4 * count)
        own = [event.stream for event in asked if event.actor == actor]
        return [self.get(name) for name in own[:count]]
