"""An agent that learns to search, list factors and decide, in a world whose truth is known.

    python bench/statute_world.py --seeds 0,1,2

A model of two layers is trained from nothing: first by supervised steps on demonstrated runs in
sixty worlds, then by GRPO on its own runs in one new world, and asked in four others that it has
never seen, so that terms and limits must be read and cannot be known by heart. Arms: both sources
with process reward (.8 term bin + .2 factor F1, as Chen et al. 2026), both without it, and statutes
alone. Half of the offences leave their limit to the provinces: that half is the one where
guidelines are needed.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Trajectory, generator
from trovato.generate.agent import Rollout
from trovato.testing.models.tiny_llm import tiny_model
from trovato.testing.statute_world import StatuteWorld, word_tokenizer
from trovato.train.rl import (
    AgentPolicy,
    CausalPolicy,
    GRPOConfig,
    GRPOStep,
    factor_f1,
    term_bin_match,
    train_grpo,
)

BOTH, ALONE = ("statute", "guideline"), ("statute",)
ARMS = {
    "both sources, process reward": (BOTH, {"term": 0.8, "factors": 0.2}),
    "both sources": (BOTH, {"term": 1.0, "factors": 0.0}),
    "statutes alone, process reward": (ALONE, {"term": 0.8, "factors": 0.2}),
}
REWARDS = {"term": term_bin_match, "factors": factor_f1}
TURNS = 3


def agent(policy: CausalPolicy, world: StatuteWorld, types: tuple[str, ...]) -> AgentPolicy:
    return AgentPolicy(policy, [world.search(types)], turns=TURNS)


def demonstrated(policy: CausalPolicy, seed: int, worlds: int) -> list[tuple[Any, Any]]:
    """Tokens of runs that were done right, and which of them the agent writes."""
    found = []
    for number in range(worlds):
        world = StatuteWorld(1000 * (seed + 1) + number)
        tools = {"search": world.search()}
        for case in world.draw(40, seed, f"demonstrations {number}"):
            tokens = policy.encode(world.example(case, "").prompt).tolist()
            mask = [False] * len(tokens)
            rollout = Rollout("", "", tools, turns=TURNS)
            for turn in world.demonstration(case):
                told = rollout.take(turn)
                for text, own in ((turn, True), (told, False)):
                    read = policy.encode(text, special=False).tolist() if text else []
                    tokens += read
                    mask += [own] * len(read)
            found.append((np.array(tokens), np.array(mask)))
    return found


def warm_start(seed: int, steps: int, worlds: int) -> CausalPolicy:
    import torch

    tokenizer = word_tokenizer(StatuteWorld().words)
    sizes = {"hidden_size": 64, "intermediate_size": 192, "head_dim": 16, "num_key_value_heads": 4}
    ends = {"bos_token_id": None, "eos_token_id": 1, "pad_token_id": 0, "initializer_range": 0.05}
    model = tiny_model("llama", seed, vocab_size=len(tokenizer), **sizes, **ends)
    policy = CausalPolicy(model, tokenizer, max_tokens=16)
    rows = demonstrated(policy, seed, worlds)
    adam = torch.optim.Adam(model.parameters(), 3e-3)
    for step in range(steps):
        picked = generator(seed, f"warm start {step}").choice(len(rows), 64, replace=False)
        some = [rows[row] for row in picked]
        width = max(len(tokens) for tokens, _ in some)
        ids = torch.tensor(np.stack([np.pad(one, (0, width - len(one))) for one, _ in some]))
        own = torch.tensor(np.stack([np.pad(one, (0, width - len(one))) for _, one in some]))
        chances = torch.log_softmax(model(input_ids=ids).logits[:, :-1], -1)
        said = chances.gather(-1, ids[:, 1:, None])[..., 0]
        loss = -(said * own[:, 1:]).sum() / own.sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
    print(f"seed {seed}: supervised loss {float(loss.detach()):.3f}", flush=True)
    return policy


def asked(policy: CausalPolicy, types: tuple[str, ...], seed: int) -> dict[str, float]:
    """Rewards in worlds that nobody has seen, by drawn runs."""
    term, factors, local = [], [], []
    for number in range(4):
        world = StatuteWorld(900_000 + 10 * seed + number)
        cases = world.draw(100, seed, f"asked {number}")
        examples = [world.example(case, str(at)) for at, case in enumerate(cases)]
        runs: list[Trajectory] = agent(policy, world, types).sample(
            examples, 1, generator(seed, f"asked runs {number}")
        )
        term += [term_bin_match(*one) for one in zip(examples, runs, strict=True)]
        factors += [factor_f1(*one) for one in zip(examples, runs, strict=True)]
        local += [world.provincial(case) for case in cases]
    right, provincial = np.array(term), np.array(local)
    return {
        "term": float(right.mean()),
        "provincial": float(right[provincial].mean()),
        "national": float(right[~provincial].mean()),
        "factor F1": float(np.mean(factors)),
    }


def run(arm: str, seed: int, steps: int, start: CausalPolicy) -> dict[str, Any]:
    types, weights = ARMS[arm]
    policy = copy.deepcopy(start)
    world = StatuteWorld(500_000 + seed)
    cases = world.draw(800, seed, "training")
    examples = [world.example(case, str(at)) for at, case in enumerate(cases)]
    told: list[GRPOStep] = []
    config = GRPOConfig(
        steps=steps,
        examples_per_step=16,
        group=8,
        learning_rate=4e-4,
        reward_weights=weights,
        seed=seed,
    )
    begun = time.process_time()
    train_grpo(agent(policy, world, types), examples, REWARDS, config, progress=told.append)
    spent = time.process_time() - begun
    first, last = told[:20], told[-20:]
    return {
        "arm": arm,
        "seed": seed,
        "reward first 20": float(np.mean([one.reward for one in first])),
        "reward last 20": float(np.mean([one.reward for one in last])),
        "before": asked(start, types, seed),
        "after": asked(policy, types, seed),
        "CPU s": round(spent),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--warm-start", type=int, default=120)
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--to", type=Path, help="append each line as JSON")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    for seed in map(int, options.seeds.split(",")):
        start = warm_start(seed, options.warm_start, options.worlds)
        for arm in ARMS:
            row = run(arm, seed, options.steps, start)
            shown = "  ".join(
                f"{name} {row['before'][name]:.2f} → {row['after'][name]:.2f}"
                for name in row["after"]
            )
            print(
                f"{arm:32} seed {seed}  reward {row['reward first 20']:.2f} → "
                f"{row['reward last 20']:.2f}  {shown}  {row['CPU s']} CPU s",
                flush=True,
            )
            if options.to:
                with options.to.open("a") as file:
                    file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
