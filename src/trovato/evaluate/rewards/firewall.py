"""Only what the agent wrote counts, and it must not write what only tools may."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trovato.core import AgentTrace

_FORGED = re.compile(r"</?information\b", re.IGNORECASE)
_ANSWER = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FirewallReport:
    """What a run may be judged by.

    Parameters
    ----------
    answer
        Of the last answer tag that the agent wrote; None without one.
    violations
        What it must not have written; a run with any is worth nothing.
    """

    answer: str | None
    violations: tuple[str, ...]


def check_trace(trace: AgentTrace) -> FirewallReport:
    """The agent's own answer, and whether it forged an observation.

    An answer tag inside an observation is no answer: retrieved passages cannot earn a reward.
    """
    answers: list[str] = []
    forged = False
    for step in trace.steps:
        if step.by == "policy":
            answers += _ANSWER.findall(step.text)
            forged = forged or _FORGED.search(step.text) is not None
    return FirewallReport(
        answers[-1].strip() if answers else None, ("forged observation",) if forged else ()
    )
