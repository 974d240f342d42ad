"""GRPO, short enough to be read: sample groups, reward, compare within the group, step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    PathLike,
    Trajectory,
    generator,
    no_progress,
)
from trovato.train.rl.checkpoint import Progress, fingerprint, load_checkpoint, save_checkpoint
from trovato.train.rl.config import GRPOCallback, GRPOConfig, GRPOStep
from trovato.train.rl.in_order import InOrder
from trovato.train.rl.learner import Learner, group_rewards
from trovato.train.rl.protocol import Example, ExampleSampler, Policy, RewardFunction
from trovato.train.rl.reward_gain import WINDOW, RewardGain, reward_gain
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
    gain
        How much the reward rose; None where it was not watched, or before 20 steps.
    """

    steps: int
    stopped: str | None
    last: GRPOStep | None
    gain: RewardGain | None = None


def train_grpo(
    policy: Policy,
    examples: Sequence[Example],
    rewards: Mapping[str, RewardFunction],
    config: GRPOConfig = GRPOConfig(),
    *,
    sampler: ExampleSampler | None = None,
    folder: PathLike | None = None,
    progress: GRPOCallback = no_progress,
) -> GRPOResult:
    """Train a policy by the rewards of its own rollouts, compared within each group.

    Examples are taken in their order, round and round, and never shuffled, unless a sampler says
    otherwise. A step depends on the weights, the seed, its number and the sampler alone.

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
    sampler
        Says which examples a step takes, such as `trovato.train.selection.OnlineSelector`; it is
        told their rewards.
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
    learner = Learner(policy, config)
    sampler = InOrder(len(examples)) if sampler is None else sampler
    at, step, stopped, logs, place, mark = Progress(), None, None, None, None, ""
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        place = Path(folder) / "checkpoint.npz"
        mark = fingerprint(policy.module, examples, config, sampler)
        at = load_checkpoint(place, mark, policy.module, learner.adam, sampler)
        logs = (
            JsonLines(Path(folder) / "trajectories.jsonl", at.trajectory_bytes),
            JsonLines(Path(folder) / "steps.jsonl", at.step_bytes),
        )
    while at.step < config.steps and stopped is None:
        places = sampler.batch(at.step, config.examples_per_step)
        batch = [examples[one] for one in places]
        random = generator(config.seed, f"rollouts of step {at.step}")
        with torch.no_grad():
            found = policy.sample(batch, config.group, random)
        judged = judge(found, batch, rewards, config)
        sampler.update(places, group_rewards(judged, config.group))
        step = learner.learn(judged, batch, at.step + 1)
        at = _after(at, step)
        stopped = _alarm(at, step, config)
        if logs:
            logs[0].append({"step": at.step, **one.to_json()} for one in judged)
            logs[1].append([asdict(step)])
            if stopped or at.step == config.steps or not at.step % config.checkpoint_every:
                at = replace(at, trajectory_bytes=logs[0].sync(), step_bytes=logs[1].sync())
                save_checkpoint(place or Path(), mark, at, policy.module, learner.adam, sampler)
        progress(step)
    return GRPOResult(at.step, stopped, step, reward_gain(at.first, at.last))


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


def _after(at: Progress, step: GRPOStep) -> Progress:
    smoothed = (
        step.reward
        if math.isnan(at.smoothed)
        else (1 - _SMOOTHING) * at.smoothed + _SMOOTHING * step.reward
    )
    best = smoothed if math.isnan(at.best) else max(at.best, smoothed)
    early = step.step <= WINDOW
    first = [*at.first, step.reward] if early else at.first
    last = at.last if early else [*at.last, step.reward][-WINDOW:]
    return replace(at, step=step.step, smoothed=smoothed, best=best, first=first, last=last)


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
