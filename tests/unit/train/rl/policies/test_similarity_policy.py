"""Reasons, then a place in the catalogue: vectors, rewards, the loss of items, what is learnt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError, Trajectory, generator
from trovato.train.rl import (
    CausalPolicy,
    Example,
    GRPOConfig,
    GRPOStep,
    ItemPolicy,
    SimilarityPolicy,
    similarity_reward,
    train_grpo,
)

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

ITEMS = {f"i{at}": f"the {word}" for at, word in enumerate(["in", "an", "the", "a", "th", "x"])}
MARK = "</think>"
EXAMPLES = [
    Example(f"e{at}", f"{at} a", {"target": f"i{at}", "history": (f"i{(at + 1) % 6}",)})
    for at in range(6)
]


def policy(seed: int = 0, **settings: Any) -> SimilarityPolicy:
    from trovato.testing.models.tiny_llm import tiny_model, tiny_tokenizer

    writer = CausalPolicy(
        tiny_model("qwen2", seed).requires_grad_(True), tiny_tokenizer(None), max_tokens=3
    )
    return SimilarityPolicy(writer, ITEMS, mark=MARK, **settings)


@pytest.fixture(scope="module")
def parts() -> tuple[SimilarityPolicy, list[Trajectory]]:
    found = policy()
    return found, found.sample(EXAMPLES, 4, generator(0, "test"))


def test_every_rollout_ends_at_the_mark_and_one_that_was_put_there_is_not_learnt_from(
    parts: tuple[SimilarityPolicy, list[Trajectory]],
) -> None:
    found, drawn = parts
    assert isinstance(found, ItemPolicy)
    mark = drawn[0].tokens[-1]
    for one in drawn:
        assert one.tokens[-1] == mark
        assert (one.tokens[:-1] != mark).all()
        assert one.policy_mask[:-1].all()
        assert one.policy_mask[-1] == (one.log_probs[-1] < 0)
    assert {bool(one.policy_mask[-1]) for one in drawn} >= {False}


def test_similarities_are_cosines_of_hidden_states_at_the_mark(
    parts: tuple[SimilarityPolicy, list[Trajectory]],
) -> None:
    found, drawn = parts
    one = drawn[5]
    cosines = []
    with torch.no_grad():
        read = [np.concatenate([one.prompt_tokens, one.tokens])]
        read += [np.append(found._writer.encode(text), one.tokens[-1]) for text in ITEMS.values()]
        states = [
            found.module(input_ids=torch.from_numpy(ids)[None], output_hidden_states=True)
            .hidden_states[-1][0, -1]
            .numpy()
            for ids in read
        ]
    for state in states[1:]:
        lengths = np.linalg.norm(state) * np.linalg.norm(states[0])
        cosines.append(state @ states[0] / lengths)
    np.testing.assert_allclose(found.similarities(one), cosines, atol=1e-5)
    kept = found.similarities(one)
    found._users.clear()
    np.testing.assert_allclose(found.similarities(one), kept, atol=1e-6)


def test_the_reward_ranks_the_whole_catalogue_without_the_history(
    parts: tuple[SimilarityPolicy, list[Trajectory]],
) -> None:
    found, drawn = parts
    example, one = EXAMPLES[1], drawn[4]
    assert one.example == example.id
    wanted = similarity_reward(found.similarities(one), 1, np.array([2]))
    assert found.reward(example, one) == pytest.approx(wanted)
    with pytest.raises(InvalidInputError, match="'z' is not in the catalogue"):
        found.reward(replace(example, fields={"target": "z", "history": ()}), one)


def test_the_loss_of_items_is_the_cross_entropy_over_the_catalogue(
    parts: tuple[SimilarityPolicy, list[Trajectory]],
) -> None:
    found, drawn = parts
    losses = found.item_loss(drawn[::4], EXAMPLES)
    for row, (one, loss) in enumerate(zip(drawn[::4], losses.tolist(), strict=True)):
        logits = found.similarities(one) / 0.02
        assert loss == pytest.approx(np.logaddexp.reduce(logits) - logits[row], abs=1e-3)
    assert losses.requires_grad


@pytest.mark.slow
def test_it_learns_to_point_at_the_next_item() -> None:
    told: list[GRPOStep] = []
    learner = policy()
    config = GRPOConfig(steps=25, examples_per_step=6, group=4, learning_rate=3e-3)
    train_grpo(learner, EXAMPLES, {"ndcg": learner.reward}, config, progress=told.append)
    first, last = (np.mean([one.reward for one in part]) for part in (told[:3], told[-3:]))
    assert first < 0.65
    assert last > first + 0.15


def test_what_cannot_point_is_refused() -> None:
    for mark, settings in (("two words", {}), (MARK, {"temperature": 0.0}), (MARK, {"refresh": 0})):
        with pytest.raises(InvalidInputError, match="a mark of one token"):
            SimilarityPolicy(policy()._writer, ITEMS, mark=mark, **settings)
