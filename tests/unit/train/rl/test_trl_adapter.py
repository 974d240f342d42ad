"""The same training by TRL: its arguments, its rewards, and the order of the examples."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from trovato.core import InvalidInputError, MissingExtraError, Trajectory
from trovato.train.rl import (
    CausalPolicy,
    Example,
    GRPOConfig,
    InOrder,
    train_with_trl,
    trl_options,
    trl_reward,
)

EXAMPLES = [Example(f"e{at}", f"the {at}", {"at": at}) for at in range(6)]
CONFIG = GRPOConfig(steps=6, examples_per_step=1, group=2, learning_rate=1e-4)


def test_options_say_the_same_and_keep_the_order() -> None:
    found = trl_options(GRPOConfig(examples_per_step=3, group=4, scale="batch"))
    assert found["shuffle_dataset"] is False
    assert (found["per_device_train_batch_size"], found["num_generations"]) == (12, 4)
    assert (found["epsilon"], found["epsilon_high"], found["scale_rewards"]) == (0.2, 0.28, "batch")
    with pytest.raises(InvalidInputError, match="does not stop at max_kl"):
        trl_options(GRPOConfig(max_kl=1.0))


def test_a_reward_gets_its_example_and_the_tokens_that_were_written() -> None:
    seen: list[tuple[str, list[int], bool]] = []

    def reward(example: Example, one: Trajectory) -> float:
        seen.append((one.text, one.tokens.tolist(), one.finished))
        return float(example.fields["at"])

    found = trl_reward("place", reward, EXAMPLES, [9])
    values = found(
        prompts=["the 4", "the 2"],
        completions=["x", "y"],
        completion_ids=[[5, 9], [5, 6]],
        example=["e4", "e2"],
        trainer_state=None,
    )
    assert values == [4.0, 2.0]
    assert seen == [("x", [5, 9], True), ("y", [5, 6], False)]
    assert found.__name__ == "place"


@pytest.mark.needs("torch")
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shuffled", [False, True])
def test_trl_takes_examples_in_their_order_over_accumulation_and_epochs(
    tmp_path: Path, *, shuffled: bool
) -> None:
    pytest.importorskip("trl", reason="needs trl: pip install 'trovato[trl]'")
    from trovato.testing.models.tiny_llm import tiny_model, tiny_tokenizer

    tokenizer = tiny_tokenizer(None)
    tokenizer.pad_token = tokenizer.eos_token
    policy = CausalPolicy(tiny_model("qwen2"), tokenizer, max_tokens=3)
    read: list[str] = []

    def reward(example: Example, one: Trajectory) -> float:
        read.append(example.id)
        return float(np.mean(one.tokens % 2))

    found = train_with_trl(
        policy,
        EXAMPLES,
        {"odd": reward},
        CONFIG,
        folder=tmp_path,
        gradient_accumulation_steps=2,
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        optim="adamw_torch",
        save_strategy="no",
        disable_tqdm=True,
        shuffle_dataset=shuffled,
    )
    assert found.steps == 6
    taken = read[::2]
    in_order = [one.id for one in EXAMPLES] * 2
    assert (taken == in_order) is not shuffled


@pytest.mark.needs("torch")
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_trl_takes_what_a_sampler_says_and_tells_it_the_rewards(tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="needs trl: pip install 'trovato[trl]'")
    from trovato.testing.models.tiny_llm import tiny_model, tiny_tokenizer

    tokenizer = tiny_tokenizer(None)
    tokenizer.pad_token = tokenizer.eos_token
    policy = CausalPolicy(tiny_model("qwen2"), tokenizer, max_tokens=3)
    read: list[str] = []

    class Backwards(InOrder):
        told: ClassVar[list[int]] = []

        def batch(self, step: int, count: int) -> list[int]:
            return [len(EXAMPLES) - 1 - place for place in super().batch(step, count)]

        def update(self, places: Sequence[int], rewards: np.ndarray) -> None:
            assert rewards.shape == (len(places), CONFIG.group)
            self.told.extend(places)

    def reward(example: Example, one: Trajectory) -> float:
        read.append(example.id)
        return float(np.mean(one.tokens % 2))

    found = train_with_trl(
        policy,
        EXAMPLES,
        {"odd": reward},
        CONFIG,
        folder=tmp_path,
        sampler=Backwards(len(EXAMPLES)),
        gradient_accumulation_steps=2,
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        optim="adamw_torch",
        save_strategy="no",
        disable_tqdm=True,
    )
    assert found.steps == 6
    assert read[::2] == [one.id for one in EXAMPLES[::-1]] * 2
    assert Backwards.told == list(range(len(EXAMPLES)))[::-1] * 2


def test_without_trl_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trl", None)
    policy = object.__new__(CausalPolicy)
    with pytest.raises(MissingExtraError, match=r"trovato\[trl\]"):
        train_with_trl(policy, EXAMPLES, {}, CONFIG, folder=tmp_path)
