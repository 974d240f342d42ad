"""What selection and training cost, in one account."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, get_args

from trovato.core import InvalidInputError

Stage = Literal["proxy", "scoring", "selection", "training"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Rollouts, tokens that were written in them, and seconds."""

    rollouts: int = 0
    tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.rollouts + other.rollouts,
            self.tokens + other.tokens,
            self.seconds + other.seconds,
        )


@dataclass(slots=True)
class CostLedger:
    """The cost of each stage of a training on selected examples.

    Examples
    --------
    >>> ledger = CostLedger()
    >>> ledger.add("proxy", Cost(0)); ledger.add("scoring", Cost(64_488))
    >>> ledger.add("selection", Cost(seconds=9.0)); ledger.add("training", Cost(4_096))
    >>> ledger.total.rollouts
    68584
    >>> round(ledger.break_even_epochs(pool=10_748, selected=1_024, group=4), 2)
    1.66
    """

    stages: dict[Stage, Cost] = field(default_factory=dict)

    def add(self, stage: Stage, cost: Cost) -> None:
        """Add to what a stage has cost so far.

        Raises
        ------
        InvalidInputError
            If there is no such stage.
        """
        if stage not in get_args(Stage):
            raise InvalidInputError(f"a stage is one of {', '.join(get_args(Stage))}, got {stage}")
        self.stages[stage] = self.stages.get(stage, Cost()) + cost

    @property
    def total(self) -> Cost:
        """Of all stages."""
        return sum(self.stages.values(), Cost())

    def saving(self, rollouts_without_selection: int) -> float:
        """Share of rollouts that is saved: below 0 if selection cost more than it spared.

        Raises
        ------
        InvalidInputError
            If a stage is not in the account: a saving that leaves one out is none.
        """
        absent = [stage for stage in get_args(Stage) if stage not in self.stages]
        if absent:
            raise InvalidInputError(
                f"the cost of {', '.join(absent)} is not in the account: add it, Cost() if it was "
                "free"
            )
        return 1 - self.total.rollouts / rollouts_without_selection

    def break_even_epochs(self, pool: int, selected: int, group: int) -> float:
        """Epochs after which training on the selected ones has cost less than on the pool.

        Parameters
        ----------
        pool, selected
            Numbers of examples.
        group
            Rollouts of an example in each epoch.
        """
        before = sum(
            self.stages.get(stage, Cost()).rollouts for stage in ("proxy", "scoring", "selection")
        )
        return before / (group * (pool - selected)) if selected < pool else math.inf
