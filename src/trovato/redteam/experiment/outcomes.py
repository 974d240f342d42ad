"""What one defence did against one attack, question by question, and where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from trovato.core import PathLike
from trovato.redteam.experiment.run_log import RunLog

# Poison put among the retrieved documents (where the scene says, or before them, after them and at
# drawn places, where it says all), poison in the collection that may be retrieved or not,
# or none at all.
PoisonPlacement = Literal[
    "clean", "in-set", "in-set first", "in-set last", "in-set drawn", "in-corpus"
]


@dataclass(frozen=True, slots=True)
class ExperimentCondition:
    """One square of the matrix: `count` documents of an attack in a place, against a defence."""

    place: PoisonPlacement
    attack: str
    count: int
    defence: str

    def against(self, defence: str) -> ExperimentCondition:
        """The same battle with another defence."""
        return replace(self, defence=defence)

    @property
    def battle(self) -> str:
        """Place, attack and number in words: what defences are compared on."""
        return f"{self.place} {self.attack} {self.count}" if self.attack else self.place

    def __str__(self) -> str:
        return f"{self.battle} {self.defence}"


@dataclass(frozen=True, slots=True)
class Outcome:
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
    trimmed
        Documents that were cut to fit the language model's window.
    refused
        What the language model said where it refused a prompt, so that there is no answer; else
        empty.
    """

    id: str
    answer: str
    accurate: bool
    attacked: bool
    documents: int
    adversarial: int
    gold: int
    distant: bool | None
    trimmed: int = 0
    refused: str = ""


class CellJournal:
    """Finished cells of a red-team run, kept in a `RunLog`; one record is one whole cell.

    Parameters
    ----------
    path
        The file; None keeps cells in memory alone.
    settings
        As of `RunLog`.

    Raises
    ------
    InvalidInputError
        If the file is from a run with other settings, or is no journal.
    """

    def __init__(self, path: PathLike | None, settings: Mapping[str, Any]) -> None:
        self._journal = RunLog(path, "redteam", settings)
        try:
            self.cells = {
                ExperimentCondition(**record["cell"]): tuple(
                    Outcome(**trial) for trial in record["trials"]
                )
                for record in self._journal.records
            }
        except (TypeError, KeyError) as error:
            raise self._journal.foreign() from error

    def add(self, cell: ExperimentCondition, trials: tuple[Outcome, ...]) -> None:
        """Keep a finished cell."""
        self._journal.add({"cell": asdict(cell), "trials": [asdict(trial) for trial in trials]})
        self.cells[cell] = trials
