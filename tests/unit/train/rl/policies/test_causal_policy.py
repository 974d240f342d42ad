"""A causal language model as a policy: what it says of its answers is how they were drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

from trovato.core import InvalidInputError, Trajectory, generator  # noqa: E402
from trovato.testing.models.tiny_llm import tiny_model, tiny_tokenizer  # noqa: E402
from trovato.train.rl import CausalPolicy, Example, GRPOConfig, Policy, train_grpo  # noqa: E402

EXAMPLES = [Example("a", "the mill"), Example("b", "a much longer prompt than the other")]


@pytest.fixture(scope="module")
def parts() -> tuple[Any, Any]:
    return tiny_model("qwen2"), tiny_tokenizer()


def test_drawn_and_computed_probabilities_agree_whatever_is_padded(parts: tuple[Any, Any]) -> None:
    policy = CausalPolicy(*parts, max_tokens=6, temperature=1.5)
    assert isinstance(policy, Policy)
    drawn = policy.sample(EXAMPLES, 3, generator(0, "test"))
    assert [one.example for one in drawn] == ["a"] * 3 + ["b"] * 3
    assert len({tuple(one.tokens) for one in drawn}) == 6
    with torch.no_grad():
        together, entropies = policy.log_probs(drawn)
        for row, one in enumerate(drawn):
            count = len(one.tokens)
            np.testing.assert_allclose(together[row, :count], one.log_probs, atol=1e-4)
            alone, _ = policy.log_probs([one])
            np.testing.assert_allclose(alone[0], one.log_probs, atol=1e-4)
    assert (entropies > 0).all()


def test_answers_depend_on_the_random_numbers_alone(parts: tuple[Any, Any]) -> None:
    policy = CausalPolicy(*parts, max_tokens=5)
    torch.manual_seed(1)
    first = policy.sample(EXAMPLES, 2, generator(0, "test"))
    torch.manual_seed(2)
    second = policy.sample(EXAMPLES, 2, generator(0, "test"))
    other = policy.sample(EXAMPLES, 2, generator(1, "test"))
    assert [one.tokens.tolist() for one in first] == [one.tokens.tolist() for one in second]
    assert [one.tokens.tolist() for one in first] != [one.tokens.tolist() for one in other]


def test_an_answer_ends_at_a_stop_token_and_keeps_it(parts: tuple[Any, Any]) -> None:
    model, tokenizer = parts
    stops = list(range(0, 300, 4))
    policy = CausalPolicy(model, tokenizer, max_tokens=30, stop_tokens=stops)
    for one in policy.sample(EXAMPLES, 8, generator(0, "test")):
        inside = np.isin(one.tokens, [*stops, tokenizer.eos_token_id])
        assert not inside[:-1].any()
        assert one.finished == inside[-1]


def test_of_the_most_probable_token_alone_every_answer_is_made(parts: tuple[Any, Any]) -> None:
    policy = CausalPolicy(*parts, max_tokens=4, top_k=1)
    drawn = policy.sample(EXAMPLES[:1], 4, generator(0, "test"))
    assert len({tuple(one.tokens) for one in drawn}) == 1


def test_it_learns_to_write_what_is_rewarded(parts: tuple[Any, Any]) -> None:
    model = tiny_model("llama", seed=2)
    policy = CausalPolicy(model, parts[1], max_tokens=3)
    rewards = {"even": lambda _, one: float(np.mean(one.tokens % 2 == 0))}
    told: list[float] = []
    config = GRPOConfig(steps=25, examples_per_step=2, group=8, learning_rate=3e-3)
    train_grpo(policy, EXAMPLES, rewards, config, progress=lambda one: told.append(one.reward))
    assert np.mean(told[-5:]) > np.mean(told[:5]) + 0.1


@pytest.mark.usefixtures("unchecked")
def test_trajectories_have_a_mask_for_every_token() -> None:
    tokens = np.arange(3)
    one = Trajectory("a", tokens, tokens, tokens > 0, np.zeros(3, np.float32))
    again = Trajectory.of_json(one.to_json())
    assert again.policy_mask.tolist() == [False, True, True]
    with pytest.raises(InvalidInputError, match="each of its 3 tokens, got 2 and 3"):
        Trajectory("a", tokens, tokens, tokens[:2] > 0, np.zeros(3, np.float32))
    with pytest.raises(InvalidInputError, match="the fields of"):
        Trajectory.of_json({"example": "a"})


@pytest.mark.usefixtures("unchecked")
def test_numbers_out_of_range_are_refused(parts: tuple[Any, Any]) -> None:
    with pytest.raises(InvalidInputError, match="temperature above 0"):
        CausalPolicy(*parts, temperature=0.0)
