"""The reward of a run on a case, part by part."""

from __future__ import annotations

from collections.abc import Collection

from trovato.core import AgentTrace, InvalidInputError, check_many
from trovato.evaluate.rewards.firewall import check_trace
from trovato.evaluate.rewards.outcome import exact_bin, strict_months
from trovato.evaluate.rewards.process import judge_factors, listed_factors


def sentencing_rewards(
    trace: AgentTrace,
    gold: int | float,
    supported: Collection[str],
    *,
    judged: float | None = None,
    outcome_weight: float = 0.8,
) -> dict[str, float]:
    """`outcome`, `process` and their weighted sum `total`; all 0 behind a violated firewall.

    Source: Chen et al. 2026 (arXiv 2602.04690): .8 × exact bin + .2 × judge's share.

    Parameters
    ----------
    trace
        Of the run.
    gold
        The pronounced term, months.
    supported
        Names of factors that the facts support.
    judged
        A judge's share 0…1 for the listed factors; None for the judge by rules.
    outcome_weight
        The rest is the process's.

    Raises
    ------
    InvalidInputError
        If a share is not in [0, 1].
    """
    check_many("supported", supported)
    if not 0 <= outcome_weight <= 1 or not 0 <= (judged or 0.0) <= 1:
        raise InvalidInputError(
            f"shares lie in [0, 1], got outcome_weight={outcome_weight} and judged={judged}"
        )
    report = check_trace(trace)
    if report.violations:
        return {"outcome": 0.0, "process": 0.0, "total": 0.0}
    outcome = exact_bin(strict_months(report.answer or ""), gold)
    listed = listed_factors(trace)
    process = judge_factors(listed, supported)
    if judged is not None:
        process = judged if listed is not None else 0.0
    total = outcome_weight * outcome + (1 - outcome_weight) * process
    return {"outcome": outcome, "process": process, "total": round(total, 4)}
