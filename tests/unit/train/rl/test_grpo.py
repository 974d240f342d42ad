"""GRPO: what it learns and leaves alone, when it stops, and that it goes on to the same end."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError, Trajectory, UnreadableFileError
from trovato.train.rl import Example, GRPOConfig, GRPOStep, read_trajectories, train_grpo
from trovato.train.selection import OnlineSelectionConfig, OnlineSelector

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

from trovato.testing.models.one_token_policy import OneTokenPolicy  # noqa: E402

CONFIG = GRPOConfig(steps=12, examples_per_step=4, group=8, learning_rate=0.02, seed=3)
EXAMPLES = [Example(f"e{at}", f"{at} {(at * 3) % 8}", {"target": at}) for at in range(8)]


def hit(example: Example, trajectory: Trajectory) -> float:
    return float(int(trajectory.text) == example.fields["target"])


def policy() -> OneTokenPolicy:
    return OneTokenPolicy(8, 2, seed=1)


def weights(found: OneTokenPolicy) -> dict[str, Any]:
    return {name: value.numpy().copy() for name, value in found.module.state_dict().items()}


def same(one: OneTokenPolicy, other: OneTokenPolicy) -> bool:
    there = weights(other)
    return all(np.array_equal(value, there[name]) for name, value in weights(one).items())


def test_rewarded_answers_become_more_probable() -> None:
    told: list[GRPOStep] = []
    learner = policy()
    found = train_grpo(
        learner, EXAMPLES, {"hit": hit}, replace(CONFIG, steps=80), progress=told.append
    )
    assert np.mean([one.reward for one in told[:5]]) < 0.3
    assert np.mean([one.reward for one in told[-5:]]) > 0.9
    assert (found.steps, found.stopped, found.last) == (80, None, told[-1])
    assert told[-1].zero_variance > told[0].zero_variance
    assert told[0].entropy == pytest.approx(np.log(8), abs=0.1)


def test_groups_of_equal_rewards_teach_exactly_nothing() -> None:
    learner = policy()
    told: list[GRPOStep] = []
    train_grpo(learner, EXAMPLES, {"all": lambda *_: 0.7}, CONFIG, progress=told.append)
    assert same(learner, policy())
    assert [(one.zero_variance, one.grad_norm, one.loss) for one in told] == [(1.0, 0.0, 0.0)] * 12


def test_the_same_seed_gives_the_same_weights_and_another_gives_others() -> None:
    first, second, other = policy(), policy(), policy()
    for learner, seed in ((first, 3), (second, 3), (other, 4)):
        train_grpo(learner, EXAMPLES, {"hit": hit}, replace(CONFIG, seed=seed))
    assert same(first, second)
    assert not same(first, other)


class CutError(Exception):
    """The machine goes down."""


@pytest.mark.parametrize("at", [1, 3, 4, 11])
def test_a_run_that_was_cut_off_goes_on_to_the_same_end(tmp_path: Path, at: int) -> None:
    config = replace(CONFIG, checkpoint_every=3, kl_weight=0.02, updates=2)
    whole = policy()
    train_grpo(whole, EXAMPLES, {"hit": hit}, config, folder=tmp_path / "whole")

    def cut(step: GRPOStep) -> None:
        if step.step == at:
            raise CutError

    with pytest.raises(CutError):
        train_grpo(policy(), EXAMPLES, {"hit": hit}, config, folder=tmp_path / "cut", progress=cut)
    resumed = policy()
    told: list[int] = []
    train_grpo(
        resumed,
        EXAMPLES,
        {"hit": hit},
        config,
        folder=tmp_path / "cut",
        progress=lambda step: told.append(step.step),
    )
    assert told[0] == at // 3 * 3 + 1
    assert same(whole, resumed)
    for name in ("trajectories.jsonl", "steps.jsonl"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_with_a_sampler_that_learns_it_goes_on_to_the_same_end(tmp_path: Path) -> None:
    def sampler() -> OnlineSelector:
        return OnlineSelector(len(EXAMPLES), OnlineSelectionConfig(k=5, every=3))

    config = replace(CONFIG, checkpoint_every=4)
    whole, resumed = policy(), policy()
    train_grpo(whole, EXAMPLES, {"hit": hit}, config, sampler=sampler(), folder=tmp_path / "whole")

    def cut(step: GRPOStep) -> None:
        if step.step == 6:
            raise CutError

    first = policy()
    with pytest.raises(CutError):
        train_grpo(
            first,
            EXAMPLES,
            {"hit": hit},
            config,
            sampler=sampler(),
            folder=tmp_path / "cut",
            progress=cut,
        )
    train_grpo(resumed, EXAMPLES, {"hit": hit}, config, sampler=sampler(), folder=tmp_path / "cut")
    assert same(whole, resumed)
    lines = [(tmp_path / one / "trajectories.jsonl").read_bytes() for one in ("whole", "cut")]
    assert lines[0] == lines[1]
    with pytest.raises(InvalidInputError, match="other weights, examples or settings"):
        train_grpo(policy(), EXAMPLES, {"hit": hit}, config, folder=tmp_path / "cut")


def test_a_training_that_is_done_is_not_done_again_and_may_be_made_longer(tmp_path: Path) -> None:
    train_grpo(policy(), EXAMPLES, {"hit": hit}, CONFIG, folder=tmp_path / "a")
    again = train_grpo(policy(), EXAMPLES, {"hit": hit}, CONFIG, folder=tmp_path / "a")
    assert (again.steps, again.last) == (12, None)
    longer, at_once = policy(), policy()
    more = replace(CONFIG, steps=15)
    train_grpo(longer, EXAMPLES, {"hit": hit}, more, folder=tmp_path / "a")
    train_grpo(at_once, EXAMPLES, {"hit": hit}, more)
    assert same(longer, at_once)


def test_the_folder_of_another_training_is_refused(tmp_path: Path) -> None:
    train_grpo(policy(), EXAMPLES, {"hit": hit}, CONFIG, folder=tmp_path)
    for examples, config in ((EXAMPLES[::-1], CONFIG), (EXAMPLES, replace(CONFIG, seed=9))):
        with pytest.raises(InvalidInputError, match="other weights, examples or settings"):
            train_grpo(policy(), examples, {"hit": hit}, config, folder=tmp_path)
    (tmp_path / "checkpoint.npz").write_bytes(b"PK")
    with pytest.raises(UnreadableFileError, match="not a whole checkpoint"):
        train_grpo(policy(), EXAMPLES, {"hit": hit}, CONFIG, folder=tmp_path)


def test_trajectories_are_read_back_in_the_order_of_the_examples(tmp_path: Path) -> None:
    train_grpo(policy(), EXAMPLES, {"hit": hit}, replace(CONFIG, steps=3), folder=tmp_path)
    found = list(read_trajectories(tmp_path / "trajectories.jsonl"))
    order = [one.example for one in found[::8]]
    assert order == [f"e{at % 8}" for at in range(12)]
    assert {one.reward for one in found} == {0.0, 1.0}
    assert all(one.policy_mask.all() and one.log_probs[0] < 0 for one in found)
    (tmp_path / "broken.jsonl").write_text('{"example": "e1"}\n')
    with pytest.raises(UnreadableFileError, match="line 1"):
        list(read_trajectories(tmp_path / "broken.jsonl"))


def test_several_rewards_are_weighted_and_told_apart() -> None:
    told: list[GRPOStep] = []
    config = replace(CONFIG, steps=1, reward_weights={"hit": 0.95, "short": 0.05})
    rewards = {"hit": hit, "short": lambda *_: 1.0}
    train_grpo(policy(), EXAMPLES, rewards, config, progress=told.append)
    (step,) = told
    assert step.rewards["short"] == 1.0
    assert step.reward == pytest.approx(0.95 * step.rewards["hit"] + 0.05)


@pytest.mark.parametrize(
    ("limits", "wrong"),
    [
        ({"max_kl": 0.01}, "KL .* from the start is above 0.01"),
        ({"min_entropy": 2.0}, "entropy .* is below 2"),
    ],
)
def test_alarms_stop_a_training_and_say_why(limits: dict[str, float], wrong: str) -> None:
    config = replace(CONFIG, steps=60, **limits)  # type: ignore[arg-type]
    found = train_grpo(policy(), EXAMPLES, {"hit": hit}, config)
    assert 1 < found.steps < 60
    assert found.stopped is not None
    assert re.search(wrong, found.stopped)


def test_a_fall_of_the_reward_stops_a_training() -> None:
    calls = 0

    def falling(example: Example, trajectory: Trajectory) -> float:
        nonlocal calls
        calls += 1
        return 1.0 if calls <= 15 * 32 else 0.1

    found = train_grpo(
        policy(), EXAMPLES, {"r": falling}, replace(CONFIG, steps=60, max_reward_drop=0.3)
    )
    assert found.steps == 19  # .1 + .9 · .9⁴ is below .7
    assert found.stopped is not None
    assert "by over 30%" in found.stopped


def test_the_weight_of_the_divergence_keeps_a_policy_near_its_start() -> None:
    ends = []
    for weight in (1e-6, 2.0):
        config = replace(CONFIG, steps=40, kl_weight=weight)
        last = train_grpo(policy(), EXAMPLES, {"hit": hit}, config).last
        assert last is not None
        ends.append(last.kl)
    assert ends[1] < ends[0] / 3


def test_what_cannot_be_trained_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="examples and reward functions, got 0 and 1"):
        train_grpo(policy(), [], {"hit": hit})
    with pytest.raises(InvalidInputError, match="'hit' of example 'e0' is nan"):
        train_grpo(policy(), EXAMPLES, {"hit": lambda *_: float("nan")}, CONFIG)
    with pytest.raises(InvalidInputError, match="at least 2 rollouts"):
        GRPOConfig(group=1)
