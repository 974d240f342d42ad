"""Whether a training taught anything is told by its rewards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Trajectory
from trovato.train.rl import Example, GRPOConfig, GRPOStep, train_grpo

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

from trovato.testing.models.one_token_policy import OneTokenPolicy  # noqa: E402

CONFIG = GRPOConfig(steps=40, examples_per_step=4, group=4, learning_rate=0.02)
EXAMPLES = [Example(f"e{at}", f"{at} {(at * 3) % 8}", {"target": at}) for at in range(8)]


def hit(example: Example, trajectory: Trajectory) -> float:
    return float(int(trajectory.text) == example.fields["target"])


def test_the_gain_is_that_of_the_last_steps_over_the_first() -> None:
    told: list[GRPOStep] = []
    found = train_grpo(
        OneTokenPolicy(8, 2, seed=1), EXAMPLES, {"hit": hit}, CONFIG, progress=told.append
    )
    assert found.gain is not None
    first, last = ([one.reward for one in part] for part in (told[:10], told[-10:]))
    assert found.gain.mean == pytest.approx(np.mean(last) - np.mean(first))
    spread = 1.96 * np.sqrt(np.var(first, ddof=1) / 10 + np.var(last, ddof=1) / 10)
    assert found.gain.high - found.gain.low == pytest.approx(2 * spread)
    assert found.gain.learnt


def test_without_anything_to_learn_nothing_is_learnt() -> None:
    same = train_grpo(OneTokenPolicy(8, 2), EXAMPLES, {"same": lambda *_: 0.7}, CONFIG)
    assert same.gain is not None
    assert (same.gain.mean, same.gain.learnt) == (0, False)
    fixed = replace(CONFIG, learning_rate=1e-9)
    kept = train_grpo(OneTokenPolicy(8, 2), EXAMPLES, {"hit": hit}, fixed)
    assert kept.gain is not None
    assert not kept.gain.learnt


@pytest.mark.parametrize("steps", [19, 20])
def test_nothing_is_said_before_there_are_two_windows(tmp_path: Path, steps: int) -> None:
    config = replace(CONFIG, steps=steps, checkpoint_every=3)
    found = train_grpo(OneTokenPolicy(8, 2), EXAMPLES, {"hit": hit}, config)
    assert (found.gain is not None) == (steps == 20)
    for until in (7, 14, steps):  # the same where it was cut off in between
        part = replace(config, steps=until)
        gone_on = train_grpo(OneTokenPolicy(8, 2), EXAMPLES, {"hit": hit}, part, folder=tmp_path)
    assert gone_on.gain == found.gain
