"""Whether the reward rose by more than it varies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WINDOW = 10  # steps compared at the start and at the end
_NORMAL = 1.96  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class RewardGain:
    """Mean reward of the last 10 steps less that of the first 10, with a 95 % interval.

    Steps see different examples, so it says nothing where they were ordered by how hard they are.

    Parameters
    ----------
    mean
        The difference.
    low, high
        Its interval, by the spread of the steps.
    """

    mean: float
    low: float
    high: float

    @property
    def learnt(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low > 0


def reward_gain(first: Sequence[float], last: Sequence[float]) -> RewardGain | None:
    """The gain between rewards of the first steps and of the last; None before 20 steps."""
    if min(len(first), len(last)) < WINDOW:
        return None
    mean = float(np.mean(last) - np.mean(first))
    spread = _NORMAL * float(np.sqrt((np.var(first, ddof=1) + np.var(last, ddof=1)) / WINDOW))
    return RewardGain(mean, mean - spread, mean + spread)
