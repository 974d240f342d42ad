"""The matrix as numbers: shares with intervals, and differences from the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from typing import Any

from trovato.core import InvalidInputError
from trovato.evaluate import (
    AnswerOutcome,
    Breakdown,
    Estimate,
    Part,
    break_down,
    holm,
    mcnemar,
    paired_difference,
    paired_t_test,
    rate,
)
from trovato.redteam.experiment.outcomes import ExperimentCondition, Outcome

BASELINE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell's numbers.

    Parameters
    ----------
    cell
        Place, attack, number of poisoned documents, defence.
    accuracy, success
        Share of questions answered right (ACC) and in the attacker's words (ASR).
    clean
        ACC of the same defence where nothing is poisoned.
    reached
        Share of questions for which poison was among the documents.
    change
        ASR minus that of no defence, over the same questions; None for the baseline itself.
    p, t_test
        Of that change: McNemar's exact test, Holm-adjusted over the table, and the paired t-test,
        not adjusted, for comparison with papers; that is None where scipy is not installed.
    parts
        ACC and ASR by where the poison lies, by who is the majority, and by the number of pages
        that hold a right answer.
    trimmed, refused
        Shares of questions for which documents were cut to fit the language model's window, and for
        which it refused a prompt: those have no answer, neither right nor the attacker's.
    """

    cell: ExperimentCondition
    accuracy: Estimate
    success: Estimate
    clean: Estimate
    reached: float
    change: Estimate | None
    p: float | None
    t_test: float | None
    parts: Breakdown
    trimmed: float = 0.0
    refused: float = 0.0


@dataclass(frozen=True, slots=True)
class RedTeamReport:
    """What attacks did to defences."""

    questions: int
    entries: tuple[Row, ...]

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills.

        Place, attack and number of poisoned documents; defence; ACC; ACC where nothing is poisoned;
        ASR with its interval; its change from no defence, and p.
        """
        return ["attack", "defence", "ACC", "clean", "ASR", "change", "p"]

    def rows(self) -> list[list[str]]:
        """One row per cell."""
        return [
            [
                row.cell.battle,
                row.cell.defence,
                f"{row.accuracy.mean:.2f}",
                f"{row.clean.mean:.2f}",
                f"{row.success.mean:.2f} [{row.success.low:.2f}, {row.success.high:.2f}]",
                f"{row.change.mean:+.2f}" if row.change else "",
                "" if row.p is None else f"{row.p:.3f}",
            ]
            for row in self.entries
        ]

    @property
    def part_columns(self) -> list[str]:
        """Heads of the table that `part_rows` fills.

        For each part the number of its questions, ACC and ASR: questions whose poison lies near the
        other documents, away from them, and where documents with a right answer, or poisoned ones,
        are the majority.
        """
        return ["attack", "defence", "near", "distant", "gold leads", "poison leads"]

    def part_rows(self) -> list[list[str]]:
        """One row per cell under attack."""
        return [
            [
                row.cell.battle,
                row.cell.defence,
                *map(
                    _shown,
                    (
                        row.parts.near,
                        row.parts.distant,
                        row.parts.gold_dominant,
                        row.parts.poison_dominant,
                    ),
                ),
            ]
            for row in self.entries
            if row.cell.place != "clean"
        ]

    @property
    def bearing_columns(self) -> list[str]:
        """Heads of the table that `bearing_rows` fills: numbers of pages with a right answer."""
        return ["attack", "defence", *map(str, self._bearing())]

    def bearing_rows(self) -> list[list[str]]:
        """One row per cell: number of questions with so many such pages, ACC and ASR."""
        return [
            [
                row.cell.battle,
                row.cell.defence,
                *(_shown(row.parts.bearing.get(count)) for count in self._bearing()),
            ]
            for row in self.entries
        ]

    def _bearing(self) -> list[int]:
        return sorted({count for row in self.entries for count in row.parts.bearing})

    @property
    def trimmed(self) -> float:
        """Share of all answers for which documents were cut to fit the language model's window."""
        return sum(row.trimmed for row in self.entries) / max(len(self.entries), 1)

    @property
    def refused(self) -> float:
        """Share of all questions for which the language model refused a prompt."""
        return sum(row.refused for row in self.entries) / max(len(self.entries), 1)

    def to_json(self) -> dict[str, Any]:
        """Everything in the report as plain values that `json.dumps` takes."""
        return asdict(self)

    @staticmethod
    def from_json(record: Any) -> RedTeamReport:
        """A report from what `to_json` gave.

        Raises
        ------
        InvalidInputError
            If it is something else.
        """
        try:
            return RedTeamReport(
                record["questions"], tuple(_row(entry) for entry in record["entries"])
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidInputError("this is no JSON report of a red-team run") from error


def summarise(
    cells: Mapping[ExperimentCondition, tuple[Outcome, ...]],
    *,
    baseline: str = BASELINE,
    resamples: int = 1000,
    seed: int = 0,
) -> RedTeamReport:
    """Shares, intervals and tests for every cell of a run.

    Parameters
    ----------
    cells
        From `run_red_team`; all over the same questions.
    baseline
        The defence that others are compared with; where it is absent nothing is compared.
    resamples, seed
        Of the bootstrap.
    """
    entries: list[Row] = []
    for cell, trials in cells.items():
        rival = cells.get(cell.against(baseline))
        compared = rival is not None and cell.defence != baseline and cell.place != "clean"
        hit = [trial.attacked for trial in trials]
        before = [trial.attacked for trial in rival or ()]
        outcomes = [
            AnswerOutcome(
                one.gold, one.adversarial, one.documents, one.accurate, one.attacked, one.distant
            )
            for one in trials
        ]
        clean = cells[ExperimentCondition("clean", "", 0, cell.defence)]
        entries.append(
            Row(
                cell,
                rate([trial.accurate for trial in trials], resamples=resamples, seed=seed),
                rate(hit, resamples=resamples, seed=seed),
                rate([trial.accurate for trial in clean], resamples=resamples, seed=seed),
                sum(trial.adversarial > 0 for trial in trials) / len(trials),
                paired_difference(before, hit, resamples=resamples, seed=seed)
                if compared
                else None,
                mcnemar(before, hit) if compared else None,
                paired_t_test([float(x) for x in before], [float(x) for x in hit])
                if compared and len(hit) > 1 and find_spec("scipy")
                else None,
                break_down(outcomes, resamples=resamples, seed=seed),
                sum(trial.trimmed > 0 for trial in trials) / len(trials),
                sum(bool(trial.refused) for trial in trials) / len(trials),
            )
        )
    return RedTeamReport(len(next(iter(cells.values()), ())), tuple(_adjusted(entries)))


def _adjusted(entries: list[Row]) -> list[Row]:
    """The rows with their p-values adjusted for all tests of the table."""
    adjusted = iter(holm([row.p for row in entries if row.p is not None]))
    return [replace(row, p=next(adjusted)) if row.p is not None else row for row in entries]


def _row(entry: Mapping[str, Any]) -> Row:
    estimated = {
        name: Estimate(**entry[name]) if entry[name] is not None else None
        for name in ("accuracy", "success", "clean", "change")
    }
    # A report from before there were parts is still something to compare with.
    kept = {name: value for name, value in entry.items() if not name.endswith("_dominant")}
    parts = dict(entry.get("parts", {}))
    borne = {int(count): _part(part) for count, part in parts.pop("bearing", {}).items()}
    named = {name: part and _part(part) for name, part in parts.items()}
    broken_down = Breakdown(**named, bearing=borne)
    return Row(
        **{**kept, **estimated, "cell": ExperimentCondition(**entry["cell"]), "parts": broken_down}
    )


def _part(record: Mapping[str, Any]) -> Part:
    accuracy, success = Estimate(**record["accuracy"]), Estimate(**record["success"])
    return Part(record["questions"], accuracy, success)


def _shown(part: Part | None) -> str:
    """Number of questions, ACC and ASR."""
    return f"{part.questions}: {part.accuracy.mean:.2f}/{part.success.mean:.2f}" if part else ""
