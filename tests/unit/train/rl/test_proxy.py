"""Rewards of a policy that has learnt nothing say nothing: a short training comes first."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import generator
from trovato.train.rl import Example, GRPOConfig, train_grpo
from trovato.train.selection import RewardTable, select_examples

pytestmark = [pytest.mark.needs("torch"), pytest.mark.slow]
TOKENS, LEARNABLE, POOL = 16, 100, 400


def test_a_choice_from_an_untrained_policy_is_that_of_chance_and_from_a_proxy_is_not() -> None:
    pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
    from trovato.testing.models.one_token_policy import OneTokenPolicy

    random = np.random.default_rng(0)
    firsts = np.where(np.arange(POOL) < LEARNABLE, 0, 1 + random.integers(TOKENS - 1, size=POOL))
    seconds, drawn = random.integers(TOKENS, size=(2, POOL))
    right = np.where(firsts == 0, (3 * seconds + 1) % TOKENS, drawn)
    pool = [
        Example(f"e{at:03}", f"{firsts[at]} {seconds[at]}", {"target": str(right[at])})
        for at in range(POOL)
    ]

    def hit(example: Example, trajectory: object) -> float:
        return float(trajectory.text == example.fields["target"])  # type: ignore[attr-defined]

    def precision(policy: OneTokenPolicy) -> float:
        answers = policy.sample(pool, 4, generator(1, "scoring"))
        rewards = [hit(pool[at // 4], one) for at, one in enumerate(answers)]
        table = RewardTable.of(
            {"id": one.id, "reward": rewards[4 * at : 4 * at + 4]} for at, one in enumerate(pool)
        )
        return float((select_examples(table, LEARNABLE).chosen < LEARNABLE).mean())

    policy = OneTokenPolicy(TOKENS, 2, seed=2)
    untrained = precision(policy)
    few = [pool[at] for at in random.permutation(POOL)[: POOL // 4]]
    config = GRPOConfig(steps=120, examples_per_step=16, group=8, learning_rate=5e-3)
    train_grpo(policy, few, {"hit": hit}, config)
    assert abs(untrained - LEARNABLE / POOL) < 0.05
    assert precision(policy) > 0.5
