"""One step of GRPO: advantages of a batch, and the update of the weights."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, Trajectory
from trovato.core.shapes import Float64
from trovato.ops import group_advantages
from trovato.train.rl.checkpoint import trained
from trovato.train.rl.config import GRPOConfig, GRPOStep
from trovato.train.rl.loss import clipped_token_loss
from trovato.train.rl.protocol import Example, ItemPolicy, Policy


class Learner:
    """The policy's weights, the optimiser, and the weights at the start where they are needed."""

    def __init__(self, policy: Policy, config: GRPOConfig) -> None:
        import torch

        self._policy, self._config = policy, config
        self._weights = trained(policy.module)
        if not self._weights:
            raise InvalidInputError(
                "no parameter of the policy requires a gradient: there is nothing to train"
            )
        self.adam = torch.optim.AdamW(
            self._weights.values(), config.learning_rate, weight_decay=config.weight_decay
        )
        measured = config.kl_weight > 0 or config.max_kl is not None
        self._start = {
            name: value.detach().clone() for name, value in self._weights.items() if measured
        }

    def learn(
        self, trajectories: Sequence[Trajectory], batch: Sequence[Example], number: int
    ) -> GRPOStep:
        """Update the weights by the rollouts of a batch of examples."""
        import torch

        config = self._config
        totals = group_rewards(trajectories, config.group)
        compared = group_advantages(totals, config.scale, config.std_floor)
        device = next(iter(self._weights.values())).device
        advantages = torch.tensor(compared.ravel(), dtype=torch.float32, device=device)
        longest = max(len(one.tokens) for one in trajectories)
        masks = [np.pad(one.policy_mask, (0, longest - len(one.tokens))) for one in trajectories]
        written = torch.from_numpy(np.stack(masks)).float().to(device)
        old, reference, norm = None, self._reference(trajectories), 0.0
        learns = bool(compared.any()) or config.kl_weight > 0
        for _ in range(config.updates):
            with torch.set_grad_enabled(learns):
                now, entropies = self._policy.log_probs(trajectories)
                old = now.detach() if old is None else old
                found = clipped_token_loss(
                    now,
                    old,
                    advantages,
                    written,
                    entropies,
                    clip_low=config.clip_low,
                    clip_high=config.clip_high,
                    reference=reference,
                    kl_weight=config.kl_weight,
                )
            if learns:
                norm = self._step(found.loss + self._item_loss(trajectories, batch, compared))
        names = trajectories[0].rewards
        return GRPOStep(
            step=number,
            reward=float(totals.mean()),
            rewards={
                name: float(np.mean([one.rewards[name] for one in trajectories])) for name in names
            },
            zero_variance=float(np.mean(np.ptp(totals, axis=1) == 0)),
            loss=float(found.loss.detach()) if learns else 0.0,
            grad_norm=norm,
            kl=found.kl,
            entropy=found.entropy,
            clipped=found.clipped,
            tokens=int(written.sum()),
            finished=float(np.mean([one.finished for one in trajectories])),
        )

    def _item_loss(
        self,
        trajectories: Sequence[Trajectory],
        batch: Sequence[Example],
        advantages: Float64[np.ndarray, "groups size"],
    ) -> Any:
        """Of the best rollout of each group, weighted by its advantage; 0 for other policies."""
        import torch

        groups = np.flatnonzero(advantages.any(axis=1)).tolist()
        if not isinstance(self._policy, ItemPolicy) or not groups:
            return 0.0
        best = advantages.argmax(axis=1)
        chosen = [trajectories[one * advantages.shape[1] + int(best[one])] for one in groups]
        losses = self._policy.item_loss(chosen, [batch[one] for one in groups])
        weights = torch.tensor(advantages[groups, best[groups]], dtype=losses.dtype)
        return (weights.to(losses.device) * losses).mean()

    def _step(self, loss: Any) -> float:
        import torch

        self.adam.zero_grad()
        loss.backward()
        weights = list(self._weights.values())
        norm = float(torch.nn.utils.clip_grad_norm_(weights, self._config.max_grad_norm))
        if not math.isfinite(norm):
            raise InvalidInputError(
                f"the gradient is {norm}: lower the learning rate, or look for infinite values in "
                "the model"
            )
        self.adam.step()
        return norm

    def _reference(self, trajectories: Sequence[Trajectory]) -> Any | None:
        """Log-probabilities under the weights at the start."""
        import torch

        if not self._start:
            return None
        with torch.no_grad(), self._at_start():
            return self._policy.log_probs(trajectories)[0]

    @contextmanager
    def _at_start(self) -> Iterator[None]:
        now = {name: value.data for name, value in self._weights.items()}
        try:
            for name, value in self._weights.items():
                value.data = self._start[name]
            yield
        finally:
            for name, value in self._weights.items():
                value.data = now[name]


def group_rewards(
    trajectories: Sequence[Trajectory], group: int
) -> Float64[np.ndarray, "groups size"]:
    """Rewards of the rollouts of each example."""
    return np.array([one.reward for one in trajectories], np.float64).reshape(-1, group)
