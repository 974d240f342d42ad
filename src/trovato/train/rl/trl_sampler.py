"""The order of examples, and their rewards, between a sampler of ours and TRL's `GRPOTrainer`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from trovato.train.rl.protocol import ExampleSampler

TRLReward = Callable[..., list[float]]


class TRLSampler:
    """Rows of the data set in the form that `GRPOTrainer` wants: groups side by side, repeated.

    Give it as what `GRPOTrainer._get_train_sampler` returns; `train_with_trl` does so. A batch is
    asked for when its rows are read. The data loader reads a batch ahead, so a sampler
    that learns knows of a batch's rewards from the one after the next on.

    Parameters
    ----------
    sampler
        Says which examples a batch takes.
    batches
        Batches of rollouts in the whole training.
    examples
        Different examples in a batch: TRL's `generation_batch_size // num_generations`.
    group
        TRL's `num_generations`.
    repeats
        How often a batch is gone over: TRL's `num_iterations * steps_per_generation`.
    """

    def __init__(
        self, sampler: ExampleSampler, batches: int, examples: int, group: int, repeats: int
    ) -> None:
        self._sampler, self._batches, self._examples = sampler, batches, examples
        self._group, self._repeats = group, repeats

    def __len__(self) -> int:
        return self._batches * self._examples * self._group * self._repeats

    def __iter__(self) -> Iterator[int]:
        for step in range(self._batches):
            rows = self._sampler.batch(step, self._examples)
            for _ in range(self._repeats):
                for row in rows:
                    yield from [row] * self._group


def observed_rewards(
    rewards: Sequence[TRLReward],
    weights: Sequence[float],
    sampler: ExampleSampler,
    places: dict[str, int],
    group: int,
) -> list[TRLReward]:
    """The same reward functions, and their weighted sum is told to a sampler.

    Parameters
    ----------
    rewards
        As TRL calls them, in its order, with the column `example` naming the example.
    weights
        Of each.
    sampler
        Is told when the last of them has judged a batch.
    places
        Place of each example by its id.
    group
        Rollouts of an example, which stand side by side.
    """
    totals: list[float] = []

    def observed(number: int) -> TRLReward:
        function, weight = rewards[number], weights[number]

        def judged(*arguments: Any, example: Sequence[str], **columns: Any) -> list[float]:
            found = function(*arguments, example=example, **columns)
            before = [0.0] * len(found) if number == 0 else totals
            totals[:] = [one + weight * value for one, value in zip(before, found, strict=True)]
            if number == len(rewards) - 1:
                sampler.update(
                    [places[one] for one in example[::group]],
                    np.array(totals, np.float64).reshape(-1, group),
                )
            return found

        judged.__name__ = function.__name__
        return judged

    return [observed(number) for number in range(len(rewards))]
