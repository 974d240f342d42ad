"""What is reported of MSR², and how a run of ours stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trovato.core import AgentTrace
from trovato.data.legal import JudgedCase
from trovato.evaluate.rewards import check_trace, exact_bin, near_log, strict_months
from trovato.generate.agent import Agent

# Accuracy over ten bins, per cent, after training by reinforcement (8 × 10⁹ parameters).
PUBLISHED = {"CAIL2018": 46.18, "CJO22": 44.29}

DIFFERENCES = (
    "The paper's sources, retriever and weights are not released: statutes and interpretations "
    "here are public official texts, found by BM25 over character bigrams.",
    "The paper's cases have one charge of 42 and one article; LawBench's have 221 charges.",
    "The last list of factors before the answer is judged; the released code takes the first.",
    "The calculator is ours.",
)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A run over judged cases.

    Parameters
    ----------
    cases
        That have a term in months.
    accuracy
        Share in the right one of ten bins, per cent.
    log_score
        LawBench's, 0…1.
    answered
        Share with a strict answer.
    violations
        Runs that forged an observation.
    traces
        One for each case.
    """

    cases: int
    accuracy: float
    log_score: float
    answered: float
    violations: int
    traces: tuple[AgentTrace, ...]


def reproduce(agent: Agent, cases: Sequence[JudgedCase]) -> Reproduction:
    """Let an agent work on judged cases and measure its answers as the paper does.

    What `PUBLISHED` says stands apart: it is of other cases and a trained model.

    Parameters
    ----------
    agent
        From `build`.
    cases
        Those without a term in months are left out.
    """
    timed = [(case, case.months) for case in cases if case.months is not None]
    traces = tuple(agent.run(case.facts, id=case.id) for case, _ in timed)
    reports = [check_trace(trace) for trace in traces]
    months = [
        None if report.violations else strict_months(report.answer or "") for report in reports
    ]
    pairs = [(found, gold) for found, (_, gold) in zip(months, timed, strict=True)]
    count = max(len(pairs), 1)
    return Reproduction(
        len(pairs),
        100 * sum(exact_bin(found, gold) for found, gold in pairs) / count,
        sum(near_log(found, gold) for found, gold in pairs) / count,
        sum(found is not None for found, _ in pairs) / count,
        sum(bool(report.violations) for report in reports),
        traces,
    )
