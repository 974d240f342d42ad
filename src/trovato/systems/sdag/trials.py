"""What one defence did against one attack, question by question, and where it is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from trovato.core import InvalidInputError

# Poison put among the retrieved documents, poison in the collection that may be retrieved or not,
# or none at all.
Place = Literal["clean", "in-set", "in-corpus"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of the matrix: `count` documents of an attack in a place, against a defence."""

    place: Place
    attack: str
    count: int
    defence: str

    def against(self, defence: str) -> Cell:
        """The same battle with another defence."""
        return replace(self, defence=defence)

    @property
    def battle(self) -> str:
        """Place, attack and number in words: what defences are compared on."""
        return f"{self.place} {self.attack} {self.count}" if self.attack else self.place

    def __str__(self) -> str:
        return f"{self.battle} {self.defence}"


@dataclass(frozen=True, slots=True)
class Trial:
    """One question of a cell.

    Parameters
    ----------
    id
        Of the question.
    answer
        What was answered; empty where the defence abstained.
    accurate, attacked
        Whether the answer holds a right one, and the attacker's.
    documents, adversarial, gold
        Documents that were handed to the defence; those of the attacker among them; others that
        hold a right answer.
    distant
        Whether all of the attacker's documents lie farther from the centroid of the others than
        these are wide; None where there is none, or fewer than two others.
    """

    id: str
    answer: str
    accurate: bool
    attacked: bool
    documents: int
    adversarial: int
    gold: int
    distant: bool | None


class Journal:
    """Finished cells in a file of lines, so that a run that was cut off goes on.

    The first line tells what is being run; each further line is one whole cell, forced to the disk
    before the next begins. A line that was cut off by a crash is dropped.

    Parameters
    ----------
    path
        The file; made where it is absent. None keeps cells in memory alone.
    settings
        Plain values that must be the same for cells to belong together.

    Raises
    ------
    InvalidInputError
        If the file is from a run with other settings, or is no journal.
    """

    def __init__(self, path: Path | None, settings: Mapping[str, Any]) -> None:
        self._path = path
        self.cells: dict[Cell, tuple[Trial, ...]] = {}
        head = {"redteam": json.loads(json.dumps(settings))}
        lines = self._whole_lines()
        if not lines:
            self._append(head)
            return
        try:
            first, *records = [json.loads(line) for line in lines]
            before = first["redteam"]
            for record in records:
                trials = tuple(Trial(**trial) for trial in record["trials"])
                self.cells[Cell(**record["cell"])] = trials
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidInputError(
                f"{path} is no journal of a red-team run: name another file"
            ) from error
        if before != head["redteam"]:
            known = before.keys() | head["redteam"].keys()
            other = sorted(k for k in known if before.get(k) != head["redteam"].get(k))
            raise InvalidInputError(
                f"{path} is from a run with another {', '.join(other)}: name another file, or "
                "delete it to start again"
            )

    def add(self, cell: Cell, trials: tuple[Trial, ...]) -> None:
        """Keep a finished cell."""
        self._append({"cell": asdict(cell), "trials": [asdict(trial) for trial in trials]})
        self.cells[cell] = trials

    def _whole_lines(self) -> list[bytes]:
        if self._path is None or not self._path.exists():
            return []
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        return whole.splitlines()

    def _append(self, record: Mapping[str, Any]) -> None:
        if self._path is None:
            return
        with self._path.open("ab") as file:
            file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
