"""MiniRec as an arrangement: the released selection, then GRPO with the released settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trovato.core import InvalidInputError, PathLike, no_progress
from trovato.train.rl import (
    Example,
    GRPOCallback,
    GRPOConfig,
    GRPOResult,
    Policy,
    RewardFunction,
    train_grpo,
)
from trovato.train.selection import METHODS, SelectionReport

SELECTION = METHODS["released"]
# 48 prompts × 4 rollouts a step, no divergence term. The floor of a deviation is ours, not 1e-8.
TRAINING = GRPOConfig(examples_per_step=48, group=4, learning_rate=1e-5, seed=42)


@dataclass(frozen=True, slots=True)
class MiniRec:
    """Training on chosen examples in the order of their curriculum.

    Parameters
    ----------
    selection
        What was chosen of the pool.
    training
        Settings of GRPO; its steps make up the epochs.
    """

    selection: SelectionReport
    training: GRPOConfig

    def train(
        self,
        policy: Policy,
        examples: Sequence[Example],
        rewards: Mapping[str, RewardFunction],
        *,
        folder: PathLike | None = None,
        progress: GRPOCallback = no_progress,
    ) -> GRPOResult:
        """Train a policy on those of `examples` that were chosen.

        Raises
        ------
        InvalidInputError
            If a chosen one is not among the examples, or as `trovato.train.rl.train_grpo` says.
        """
        by_id = {one.id: one for one in examples}
        absent = [one for one in self.selection.ids if one not in by_id]
        if absent:
            raise InvalidInputError(
                f"{len(absent)} chosen examples are not among those given, such as {absent[0]!r}"
            )
        chosen = [by_id[one] for one in self.selection.ids]
        return train_grpo(policy, chosen, rewards, self.training, folder=folder, progress=progress)


def build(
    selection: SelectionReport, *, epochs: int = 10, training: GRPOConfig = TRAINING
) -> MiniRec:
    """Training for so many rounds over what `select_examples(…, SELECTION)` chose.

    Parameters
    ----------
    selection
        With the released settings, or of your own.
    epochs
        Rounds over the chosen examples; the last batch of the last one may begin another.
    training
        Its number of steps is replaced.

    Raises
    ------
    InvalidInputError
        If there is no epoch.
    """
    steps = -(-epochs * len(selection.order) // training.examples_per_step)
    return MiniRec(selection, replace(training, steps=steps))
