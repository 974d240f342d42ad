"""GRPO, short enough to be read: sample groups, reward, compare within the group, step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    PathLike,
    Trajectory,
    generator,
    no_progress,
)
from trovato.core.shapes import Float64
from trovato.ops import group_advantages
from trovato.train.rl.checkpoint import (
    Progress,
    fingerprint,
    load_checkpoint,
    save_checkpoint,
    trained,
)
from trovato.train.rl.config import GRPOCallback, GRPOConfig, GRPOStep
from trovato.train.rl.loss import TokenLoss, clipped_token_loss
from trovato.train.rl.protocol import Example, Policy, RewardFunction
from trovato.train.rl.trajectory_log import JsonLines

_SMOOTHING = 0.1  # weight of the newest step in the smoothed mean reward
_SETTLED = 10  # steps before a drop of the reward is one


@dataclass(frozen=True, slots=True)
class GRPOResult:
    """How a training ended.

    Parameters
    ----------
    steps
        Steps done in all, those before it was resumed among them.
    stopped
        Which limit it ran into; None if it came to its end.
    last
        The last step; None if there was nothing left to do.
    """

    steps: int
    stopped: str | None
    last: GRPOStep | None


def train_grpo(
    policy: Policy,
    examples: Sequence[Example],
    rewards: Mapping[str, RewardFunction],
    config: GRPOConfig = GRPOConfig(),
    *,
    folder: PathLike | None = None,
    progress: GRPOCallback = no_progress,
) -> GRPOResult:
    """Train a policy by the rewards of its own rollouts, compared within each group.

    Examples are taken in their order, round and round, and never shuffled. A step depends on the
    weights, the seed and its number alone.

    Source: Shao et al. 2024 (GRPO, arXiv 2402.03300).

    Parameters
    ----------
    policy
        Its module is trained in place.
    examples
        In the order to train in, such as that of `trovato.train.selection`.
    rewards
        Reward functions by name; their weighted sum counts.
    config
        How it learns.
    folder
        For `trajectories.jsonl`, `steps.jsonl` and a checkpoint. A training that was cut off, and
        is called again with the same arguments and starting weights, goes on to the same end.
    progress
        Told of each step.

    Raises
    ------
    InvalidInputError
        If there is no example or reward function, a reward is no finite number, or the folder
        belongs to another training.
    MissingExtraError
        If torch is not installed.
    StorageError, UnreadableFileError
        If the folder cannot be written, or is damaged.
    """
    if not examples or not rewards:
        raise InvalidInputError(
            f"training needs examples and reward functions, got {len(examples)} and {len(rewards)}"
        )
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("torch", "models", "training by reinforcement") from error
    learner = _Learner(policy, config)
    at, step, stopped, logs, place, mark = Progress(), None, None, None, None, ""
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        place = Path(folder) / "checkpoint.npz"
        mark = fingerprint(policy.module, examples, config)
        at = load_checkpoint(place, mark, policy.module, learner.adam)
        logs = (
            JsonLines(Path(folder) / "trajectories.jsonl", at.trajectory_bytes),
            JsonLines(Path(folder) / "steps.jsonl", at.step_bytes),
        )
    while at.step < config.steps and stopped is None:
        first = at.step * config.examples_per_step
        batch = [examples[(first + n) % len(examples)] for n in range(config.examples_per_step)]
        random = generator(config.seed, f"rollouts of step {at.step}")
        with torch.no_grad():
            found = policy.sample(batch, config.group, random)
        judged = judge(found, batch, rewards, config)
        step = learner.learn(judged, at.step + 1)
        at = _after(at, step)
        stopped = _alarm(at, step, config)
        if logs:
            logs[0].append({"step": at.step, **one.to_json()} for one in judged)
            logs[1].append([asdict(step)])
            if stopped or at.step == config.steps or not at.step % config.checkpoint_every:
                at = replace(at, trajectory_bytes=logs[0].sync(), step_bytes=logs[1].sync())
                save_checkpoint(place or Path(), mark, at, policy.module, learner.adam)
        progress(step)
    return GRPOResult(at.step, stopped, step)


def judge(
    trajectories: Sequence[Trajectory],
    batch: Sequence[Example],
    rewards: Mapping[str, RewardFunction],
    config: GRPOConfig,
) -> list[Trajectory]:
    """Give each trajectory its rewards and their weighted sum.

    Raises
    ------
    InvalidInputError
        If a reward is no finite number.
    """
    judged = []
    for number, one in enumerate(trajectories):
        example = batch[number // config.group]
        found = {name: float(function(example, one)) for name, function in rewards.items()}
        for name, value in found.items():
            if not math.isfinite(value):
                raise InvalidInputError(
                    f"the reward {name!r} of example {example.id!r} is {value}: give 0 where an "
                    "answer cannot be judged"
                )
        total = sum(config.reward_weights.get(name, 1.0) * value for name, value in found.items())
        judged.append(replace(one, rewards=found, reward=total))
    return judged


class _Learner:
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

    def learn(self, trajectories: Sequence[Trajectory], number: int) -> GRPOStep:
        """Update the weights by one batch."""
        import torch

        config = self._config
        totals: Float64[np.ndarray, "groups size"] = np.array(
            [one.reward for one in trajectories]
        ).reshape(-1, config.group)
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
                norm = self._step(found)
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

    def _step(self, found: TokenLoss) -> float:
        import torch

        self.adam.zero_grad()
        found.loss.backward()
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


def _after(at: Progress, step: GRPOStep) -> Progress:
    smoothed = (
        step.reward
        if math.isnan(at.smoothed)
        else (1 - _SMOOTHING) * at.smoothed + _SMOOTHING * step.reward
    )
    best = smoothed if math.isnan(at.best) else max(at.best, smoothed)
    return replace(at, step=step.step, smoothed=smoothed, best=best)


def _alarm(at: Progress, step: GRPOStep, config: GRPOConfig) -> str | None:
    """Which limit the step is beyond."""
    if config.max_kl is not None and step.kl > config.max_kl:
        return f"KL {step.kl:.3g} from the start is above {config.max_kl:g}"
    if config.min_entropy is not None and step.entropy < config.min_entropy:
        return f"entropy {step.entropy:.3g} is below {config.min_entropy:g}"
    drop = config.max_reward_drop
    if drop is not None and at.step > _SETTLED and at.smoothed < (1 - drop) * at.best:
        return f"mean reward fell from {at.best:.3g} to {at.smoothed:.3g}, by over {drop:.0%}"
    return None
