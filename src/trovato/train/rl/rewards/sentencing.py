"""Rewards of an agent that predicts a prison term and lists the factors of a case."""

from __future__ import annotations

from trovato.core import AgentTrace, InvalidInputError, Trajectory
from trovato.evaluate.rewards import (
    FactorJudge,
    check_trace,
    listed_factors,
    sentencing_rewards,
)
from trovato.train.rl.protocol import Example, RewardFunction


def term_bin_match(example: Example, trajectory: Trajectory) -> float:
    """1 if the answered term lies in the bin of the field `months`, else 0.

    Only the policy's own text counts, and a run that forged an observation is worth nothing.

    Source: Chen et al. 2026 (arXiv 2602.04690).
    """
    return _rewards(example, trajectory)["outcome"]


def factor_f1(example: Example, trajectory: Trajectory) -> float:
    """F1 of the factors that were listed before the answer against the field `factors`.

    As `term_bin_match`, only of what the policy wrote.
    """
    return _rewards(example, trajectory)["process"]


def judged_factors(judge: FactorJudge) -> RewardFunction:
    """A reward: the judge's mark for the listed factors; 0 for a run that forged an observation.

    Parameters
    ----------
    judge
        Reads the prompt of an example as the facts.
    """

    def judged(example: Example, trajectory: Trajectory) -> float:
        trace = _trace(trajectory)
        if check_trace(trace).violations:
            return 0.0
        return judge(example.prompt, listed_factors(trace))

    return judged


def _rewards(example: Example, trajectory: Trajectory) -> dict[str, float]:
    months, factors = example.fields.get("months"), example.fields.get("factors", ())
    if not isinstance(months, int | float) or isinstance(factors, str):
        raise InvalidInputError(
            f"example {example.id!r} needs a field 'months' with a number and a list 'factors', "
            f"got {months!r} and {factors!r}"
        )
    return sentencing_rewards(_trace(trajectory), months, tuple(map(str, factors)))


def _trace(trajectory: Trajectory) -> AgentTrace:
    """What the run left."""
    if trajectory.trace is None:
        raise InvalidInputError(
            f"the rollout of example {trajectory.example!r} has no trace: train an AgentPolicy"
        )
    return trajectory.trace
