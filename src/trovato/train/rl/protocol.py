"""What a trainer by reinforcement asks of a policy, an example and a reward."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from trovato.core import Trajectory
from trovato.core.shapes import Float64


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt, and what its answers are judged by.

    Parameters
    ----------
    id
        Names it in trajectories, rewards and orders.
    prompt
        Text that the policy reads.
    fields
        What reward functions need, such as the true next item.
    """

    id: str
    prompt: str
    fields: Mapping[str, Any] = field(default_factory=dict)


# How good an answer is: the example, and what the policy did with it.
RewardFunction = Callable[[Example, Trajectory], float]


@runtime_checkable
class Policy(Protocol):
    """Writes answers, and says how probable they are.

    A policy may ask its environment in between, such as a search: what comes back goes into the
    trajectory as tokens outside the policy mask.
    """

    @property
    def module(self) -> Any:
        """A `torch.nn.Module`; its parameters that require a gradient are trained."""

    def sample(
        self, examples: Sequence[Example], group: int, random: np.random.Generator
    ) -> list[Trajectory]:
        """`group` trajectories of each example, those of one example together.

        They depend on the weights, the arguments and `random` alone.
        """

    def log_probs(self, trajectories: Sequence[Trajectory]) -> tuple[Any, Any]:
        """Log-probability of each token, and entropy (nats) where it was drawn, with gradients.

        Two tensors `(trajectories, longest)`, the tokens of each trajectory first; what stands at
        observations and in the padding is not used.
        """


@runtime_checkable
class ItemPolicy(Policy, Protocol):
    """A policy that also learns to point at an item."""

    def item_loss(self, trajectories: Sequence[Trajectory], examples: Sequence[Example]) -> Any:
        """A loss for what each trajectory points at, a tensor `(trajectories,)`.

        Training adds that of the best rollout of each group, weighted by its advantage.
        """


@runtime_checkable
class ExampleSampler(Protocol):
    """Says which examples a step trains on, and may learn from what they brought.

    What it says depends on its settings, the step and the rewards it was told alone.
    """

    @property
    def fingerprint(self) -> str:
        """Changes with its settings."""

    def batch(self, step: int, count: int) -> list[int]:
        """Places of the examples of a step, counted from 0."""

    def update(self, places: Sequence[int], rewards: Float64[np.ndarray, "groups size"]) -> None:
        """Take note of the rewards of a step, a row for each of its examples."""

    def state(self) -> dict[str, Any]:
        """Arrays by name that a checkpoint must keep."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
