"""The matrix as numbers: shares with intervals, and differences from the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from trovato.core import InvalidInputError
from trovato.evaluate import (
    Estimate,
    Outcome,
    dominant_share,
    holm,
    mcnemar,
    paired_difference,
    paired_t_test,
    rate,
)
from trovato.systems.sdag.trials import Cell, Trial

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
        not adjusted, for comparison with papers.
    gold_dominant, poison_dominant
        Where such documents are the majority: share of questions answered their way.
    """

    cell: Cell
    accuracy: Estimate
    success: Estimate
    clean: Estimate
    reached: float
    change: Estimate | None
    p: float | None
    t_test: float | None
    gold_dominant: float | None
    poison_dominant: float | None


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
        except (KeyError, TypeError) as error:
            raise InvalidInputError("this is no JSON report of a red-team run") from error


def summarise(
    cells: Mapping[Cell, tuple[Trial, ...]],
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
            Outcome(one.gold, one.adversarial, one.documents, one.accurate, one.attacked)
            for one in trials
        ]
        clean = cells[Cell("clean", "", 0, cell.defence)]
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
                if compared and len(hit) > 1
                else None,
                dominant_share(outcomes, "gold"),
                dominant_share(outcomes, "adversarial"),
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
    return Row(**{**entry, **estimated, "cell": Cell(**entry["cell"])})
