"""MiniRec as an arrangement, and the published figures beside an account of ours."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError, Trajectory
from trovato.systems.minirec import SELECTION, TRAINING, build, reproduce
from trovato.train.rl import Example, GRPOConfig
from trovato.train.selection import RewardTable, SelectionReport, select_examples


def selection() -> SelectionReport:
    random = np.random.default_rng(0)
    rewards = random.random((40, 4)).tolist()
    table = RewardTable.of({"id": f"e{at}", "rewards": one} for at, one in enumerate(rewards))
    return select_examples(table, 8, SELECTION)


def test_the_settings_are_the_released_ones() -> None:
    assert (SELECTION.learnability, SELECTION.alpha, SELECTION.seed) == ("gaussian", 1.0, 42)
    assert TRAINING.examples_per_step * TRAINING.group == 192
    assert (TRAINING.clip_low, TRAINING.clip_high, TRAINING.kl_weight) == (0.2, 0.28, 0.0)
    assert build(selection(), epochs=10).training.steps == 2


@pytest.mark.needs("torch")
def test_it_trains_on_the_chosen_examples_in_their_order_over_and_over() -> None:
    from trovato.testing.models.one_token_policy import OneTokenPolicy

    read: list[str] = []

    def reward(example: Example, trajectory: Trajectory) -> float:
        read.append(example.id)
        return float(len(read) % 2)

    found = selection()
    minirec = build(found, epochs=2, training=GRPOConfig(examples_per_step=4, group=2))
    examples = [Example(f"e{at}", f"{at} {at}") for at in range(40)]
    result = minirec.train(OneTokenPolicy(40, 2), examples, {"any": reward})
    assert result.steps == 4
    assert read[::2] == [*found.ids, *found.ids]
    with pytest.raises(InvalidInputError, match="8 chosen examples are not among those given"):
        minirec.train(OneTokenPolicy(40, 2), [Example("x", "1 1")], {"any": reward})


def test_the_account_of_the_published_sizes_counts_everything() -> None:
    found = reproduce()
    assert [line[0] for line in found.lines] == [256, 512, 1024]
    _, ours, full, saved, even = found.lines[-1]
    assert full == 429_920
    assert ours == 28 * 192 + 6 * 10_748 + 40_960
    assert saved == pytest.approx(0.742, abs=0.001)
    assert 1.6 < even < 2
    assert reproduce(epochs=1).lines[-1][3] < 0
    assert len(found.rows()[0]) == len(found.columns)
    with pytest.raises(InvalidInputError, match="at least 1"):
        reproduce(epochs=0)
