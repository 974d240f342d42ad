"""Settings of GRPO, and when it must stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from trovato.core import InvalidInputError, check_at_least_one
from trovato.ops import AdvantageScale


@dataclass(frozen=True, slots=True)
class GRPOConfig:
    """How a policy learns from groups of rollouts.

    Source: Shao et al. 2024 (GRPO, arXiv 2402.03300); the asymmetric clip and the mean over all
    tokens are those of DAPO (Yu et al. 2025, arXiv 2503.14476).

    Parameters
    ----------
    steps
        Batches in all.
    examples_per_step, group
        Examples to a batch, and rollouts of each.
    updates
        Steps of the optimiser on each batch.
    learning_rate, weight_decay, max_grad_norm
        Of AdamW, constant; gradients are clipped to this norm.
    clip_low, clip_high
        The ratio of probabilities is clipped to 1 − low … 1 + high.
    kl_weight
        β: weight of the divergence from the policy at the start; 0 for none.
    scale, std_floor
        How advantages are scaled: `trovato.ops.group_advantages`.
    reward_weights
        Weight of each reward function by its name; 1 where it is not named.
    max_kl
        Stop above this divergence from the start (nats per token); None for no limit.
    min_entropy
        Stop below this entropy (nats per token).
    max_reward_drop
        Stop when the mean reward, smoothed over about 10 steps, has lost this share of its best.
    checkpoint_every
        Steps between two checkpoints.
    seed
        Of the rollouts.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    steps: int = 100
    examples_per_step: int = 8
    group: int = 8
    updates: int = 1
    learning_rate: float = 1e-5
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    clip_low: float = 0.2
    clip_high: float = 0.28
    kl_weight: float = 0.0
    scale: AdvantageScale = "group"
    std_floor: float = 1e-4
    reward_weights: dict[str, float] = field(default_factory=dict)
    max_kl: float | None = None
    min_entropy: float | None = None
    max_reward_drop: float | None = None
    checkpoint_every: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        check_at_least_one(self, "steps", "examples_per_step", "updates", "checkpoint_every")
        if self.group < 2:
            raise InvalidInputError(
                f"a group must have at least 2 rollouts to compare, got {self.group}"
            )
        for name in ("learning_rate", "max_grad_norm", "std_floor", "clip_low", "clip_high"):
            if not getattr(self, name) > 0:
                raise InvalidInputError(f"{name} must be above 0, got {getattr(self, name)}")
        if self.kl_weight < 0:
            raise InvalidInputError(f"kl_weight must be at least 0, got {self.kl_weight}")


@dataclass(frozen=True, slots=True)
class GRPOStep:
    """One batch.

    Parameters
    ----------
    step
        From 1.
    reward, rewards
        Mean of the weighted sum, and of each reward function.
    zero_variance
        Share of groups whose rollouts were all rewarded alike: they teach nothing.
    loss, grad_norm
        Of the last update, the norm before it is clipped; 0 where nothing was learnt.
    kl, entropy, clipped
        Divergence from the start where it is measured, entropy, and share of clipped ratios, over
        the tokens that the policy wrote.
    tokens
        That the policy wrote.
    finished
        Share of rollouts that ended by themselves.
    """

    step: int
    reward: float
    rewards: dict[str, float]
    zero_variance: float
    loss: float
    grad_norm: float
    kl: float
    entropy: float
    clipped: float
    tokens: int
    finished: float


GRPOCallback = Callable[[GRPOStep], None]
