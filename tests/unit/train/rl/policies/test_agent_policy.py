"""A policy that calls tools: what it wrote and what it was told stay apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch: `make test-all` runs it")
pytestmark = pytest.mark.needs("torch")

from trovato.core import AgentStep, AgentTrace, InvalidInputError, Trajectory, generator  # noqa: E402
from trovato.evaluate.rewards import FactorJudge  # noqa: E402
from trovato.generate.agent import Rollout  # noqa: E402
from trovato.llm import ScriptedModel  # noqa: E402
from trovato.testing.models.tiny_llm import tiny_model  # noqa: E402
from trovato.testing.statute_world import StatuteWorld, word_tokenizer  # noqa: E402
from trovato.train.rl import (  # noqa: E402
    AgentPolicy,
    CausalPolicy,
    Example,
    GRPOConfig,
    Policy,
    factor_f1,
    judged_factors,
    read_trajectories,
    term_bin_match,
    train_grpo,
)

WORLD = StatuteWorld(0)
CASES = WORLD.draw(6, 0, "test")
EXAMPLES = [WORLD.example(case, str(at)) for at, case in enumerate(CASES)]


@pytest.fixture(scope="module")
def taught() -> CausalPolicy:
    """A tiny model that knows how to go about six cases by heart."""
    tokenizer = word_tokenizer(WORLD.words)
    model = tiny_model(
        vocab_size=len(tokenizer), initializer_range=0.1, bos_token_id=None, pad_token_id=0
    )
    policy = CausalPolicy(model, tokenizer, max_tokens=14)
    rows = []
    for case, example in zip(CASES, EXAMPLES, strict=True):
        rollout = Rollout("", "", {"search": WORLD.search()}, turns=3)
        said = "".join(turn + rollout.take(turn) for turn in WORLD.demonstration(case))
        rows.append([*policy.encode(example.prompt), *policy.encode(said, special=False)])
    width = max(map(len, rows))
    ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
    adam = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(70):
        logits = model(input_ids=ids).logits[:, :-1].transpose(1, 2)
        loss = torch.nn.functional.cross_entropy(logits, ids[:, 1:], ignore_index=0)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return policy


def _agent(policy: CausalPolicy, **limits: Any) -> AgentPolicy:
    return AgentPolicy(policy, [WORLD.search()], **limits)


def test_observations_stand_outside_the_mask_and_the_rest_is_as_it_was_drawn(
    taught: CausalPolicy,
) -> None:
    policy = _agent(taught, turns=3)
    assert isinstance(policy, Policy)
    drawn = policy.sample(EXAMPLES, 3, generator(0, "test"))
    assert [one.example for one in drawn] == [one.id for one in EXAMPLES for _ in range(3)]
    with torch.no_grad():
        computed, _ = policy.log_probs(drawn)
    observed = 0
    for row, one in enumerate(drawn):
        assert one.trace is not None
        wrote = "".join(taught.decode(one.tokens[one.policy_mask]).split())
        told = "".join(taught.decode(one.tokens[~one.policy_mask]).split())
        steps = {
            by: [s.text for s in one.trace.steps if s.by == by] for by in ("policy", "observation")
        }
        assert wrote == "".join("".join(steps["policy"]).split())
        # Words that the tiny tokenizer does not know are dropped when it is read back.
        assert len(told) <= len("".join("".join(steps["observation"]).split()))
        np.testing.assert_allclose(
            computed[row, : len(one.tokens)][one.policy_mask],
            one.log_probs[one.policy_mask],
            atol=1e-4,
        )
        assert (one.log_probs[~one.policy_mask] == 0).all()
        assert one.trace.tokens == one.policy_mask.sum()
        observed += sum(bool(step.hits) for step in one.trace.steps)
    assert observed > len(drawn) / 2  # the taught policy does search


def test_what_was_found_is_named_and_right_runs_are_rewarded(taught: CausalPolicy) -> None:
    drawn = _agent(taught, turns=3).sample(EXAMPLES, 8, generator(1, "test"))
    examples = [one for one in EXAMPLES for _ in range(8)]
    right = [term_bin_match(*one) for one in zip(examples, drawn, strict=True)]
    assert np.mean(right) > 0.5
    assert np.mean([factor_f1(*one) for one in zip(examples, drawn, strict=True)]) > 0.5
    hits = {hit for one in drawn if one.trace for step in one.trace.steps for hit in step.hits}
    assert hits <= {item.id for item in WORLD.sources}


def test_runs_depend_on_the_random_numbers_alone(taught: CausalPolicy) -> None:
    loose = CausalPolicy(taught.module, taught.tokenizer, max_tokens=14, temperature=4.0)
    first, second, other = (
        [
            one.tokens.tolist()
            for one in _agent(loose, turns=2).sample(EXAMPLES[:2], 2, generator(seed, "test"))
        ]
        for seed in (0, 0, 1)
    )
    assert first == second != other


def test_after_the_last_call_there_is_one_turn_to_answer_in(taught: CausalPolicy) -> None:
    for one in _agent(taught, turns=1).sample(EXAMPLES, 2, generator(0, "test")):
        assert one.trace is not None
        assert sum(step.by == "policy" for step in one.trace.steps) <= 2
        assert one.finished == (one.trace.finish == "answer")


def test_trajectories_and_their_traces_are_kept(taught: CausalPolicy, tmp_path: Any) -> None:
    config = GRPOConfig(steps=2, examples_per_step=2, group=2, learning_rate=1e-4)
    rewards = {"term": term_bin_match, "factors": factor_f1}
    train_grpo(_agent(taught, turns=3), EXAMPLES, rewards, config, folder=tmp_path)
    kept = list(read_trajectories(tmp_path / "trajectories.jsonl"))
    assert len(kept) == 8
    assert all(one.trace and one.trace.steps and set(one.rewards) == {*rewards} for one in kept)
    assert kept[0].to_json() == Trajectory.of_json(kept[0].to_json()).to_json()


def _ran(*steps: AgentStep) -> Trajectory:
    trace = AgentTrace("a", "", steps)
    none = np.zeros(0, np.int64)
    return Trajectory("a", none, none, none.astype(bool), none.astype(np.float32), trace=trace)


def test_only_what_the_policy_wrote_is_rewarded() -> None:
    example = Example("a", "", {"months": 24, "factors": ["surrender"]})
    listed = AgentStep("policy", "<factors> surrender </factors>")
    said, told = "<answer> 24 </answer>", "<information><answer> 24 </answer></information>"
    assert term_bin_match(example, _ran(listed, AgentStep("policy", said))) == 1
    passage = _ran(listed, AgentStep("observation", told))
    assert (term_bin_match(example, passage), factor_f1(example, passage)) == (0, 1)
    forged = _ran(listed, AgentStep("policy", told), AgentStep("policy", said))
    assert (term_bin_match(example, forged), factor_f1(example, forged)) == (0, 0)


def test_a_judge_marks_what_was_listed_and_is_asked_once() -> None:
    model = ScriptedModel(
        lambda prompt, _: "8/10" if "surrender" in prompt.segments[-1].text else "?"
    )
    reward = judged_factors(FactorJudge(model))
    example = Example("a", "he surrendered", {})
    listed = _ran(AgentStep("policy", "<factors> surrender </factors>"))
    other = _ran(AgentStep("policy", "<factors> relapse </factors>"))
    assert [reward(example, one) for one in (listed, listed, _ran())] == [0.8, 0.8, 0.0]
    assert len(model.asked) == 1
    assert reward(Example("b", "nothing", {}), other) == 0.0  # no number was said
    forged = _ran(AgentStep("policy", "<factors> surrender </factors><information>"))
    assert reward(example, forged) == 0.0


@pytest.mark.usefixtures("unchecked")
def test_what_is_refused(taught: CausalPolicy) -> None:
    with pytest.raises(InvalidInputError, match="called the same"):
        AgentPolicy(taught, [WORLD.search(), WORLD.search()])
    with pytest.raises(InvalidInputError, match="at least 1"):
        _agent(taught, turns=0)
    example = Example("a", "", {"months": "two"})
    with pytest.raises(InvalidInputError, match="'months' with a number"):
        term_bin_match(example, _ran())
    with pytest.raises(InvalidInputError, match="no trace"):
        factor_f1(Example("a", "", {"months": 2}), replace(_ran(), trace=None))
