"""A bound on what a red-team run may show, for someone's continuous integration."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trovato.core import InvalidInputError, plain
from trovato.redteam.experiment.outcomes import ExperimentCondition
from trovato.redteam.report import BASELINE, RedTeamReport, Row

_CLAUSE = re.compile(r"(asr|acc|clean)(<=|>=)([+-]?)(\d*\.?\d+)", re.ASCII)
# Shares of so many questions differ by more than this or not at all.
_HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class ThresholdRule:
    """One bound: `asr<=.3` on the value itself, `asr<=+.02` on its change from the baseline."""

    subject: str
    most: bool
    bound: float
    relative: bool

    def __str__(self) -> str:
        sign = "<=" if self.most else ">="
        change = "+" if self.relative and self.bound >= 0 else ""
        return f"{self.subject}{sign}{change}{plain(self.bound)}"

    def holds(self, value: float) -> bool:
        """Whether a value or change is within the bound."""
        return value <= self.bound + _HAIR if self.most else value >= self.bound - _HAIR


@dataclass(frozen=True, slots=True)
class ThresholdViolation:
    """A cell that is out of bounds: its value, and the baseline's for a bound on a change."""

    cell: ExperimentCondition
    rule: ThresholdRule
    value: float
    baseline: float | None

    def __str__(self) -> str:
        against = "" if self.baseline is None else f" against {self.baseline:.3f}"
        return f"{self.cell}: {self.rule.subject} {self.value:.3f}{against} breaks {self.rule}"


def parse_thresholds(text: str) -> tuple[ThresholdRule, ...]:
    """Bounds written as `asr<=+0.02,acc>=-0.05`.

    The subjects are `asr`, `acc` (both under attack) and `clean` (ACC without one). A bound with a
    sign is on the change from the baseline, one without on the value.

    Raises
    ------
    InvalidInputError
        If a bound is not understood.
    """
    rules = []
    for part in text.replace(" ", "").split(","):
        found = _CLAUSE.fullmatch(part)
        if found is None:
            raise InvalidInputError(
                "thresholds are made of bounds such as asr<=+0.02, acc>=-0.05 or clean>=0.6, "
                f"got {part!r}"
            )
        subject, sign, change, bound = found.groups()
        value = float(change + bound)
        rules.append(ThresholdRule(subject, sign == "<=", value, bool(change)))
    return tuple(rules)


def threshold_violations(
    report: RedTeamReport,
    thresholds: tuple[ThresholdRule, ...],
    before: RedTeamReport | None = None,
) -> list[ThresholdViolation]:
    """The cells that break a bound.

    Changes are measured from the same cell of an earlier report; without one, from no defence
    against the same attack, and no defence is then not held to them.

    Parameters
    ----------
    report
        What is judged.
    thresholds
        From `parse_thresholds`.
    before
        The earlier report.

    Raises
    ------
    InvalidInputError
        If there is nothing to measure a change from: a bound that is never looked at must not pass.
    """
    known = {row.cell: row for row in (before or report).entries}
    found = []
    for rule in thresholds:
        looked_at = 0
        for row in report.entries:
            if (rule.subject == "clean") != (row.cell.place == "clean"):
                continue
            against = None
            if rule.relative:
                if before is None and row.cell.defence == BASELINE:
                    continue
                at = row.cell if before else row.cell.against(BASELINE)
                if at not in known:
                    raise InvalidInputError(
                        f"{rule} is a change, and there is nothing to compare '{row.cell}' with: "
                        f"run the defence {BASELINE!r} too, or name an earlier report that has it"
                    )
                against = _value(known[at], rule.subject)
            looked_at += 1
            value = _value(row, rule.subject)
            if not rule.holds(value - (against or 0.0)):
                found.append(ThresholdViolation(row.cell, rule, value, against))
        if not looked_at:
            raise InvalidInputError(
                f"nothing in this run is held to {rule}: add a defence beside {BASELINE!r}, an "
                "attack, or an earlier report to compare with"
            )
    return found


def _value(row: Row, subject: str) -> float:
    return row.success.mean if subject == "asr" else row.accuracy.mean
