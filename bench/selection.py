"""Whether training on chosen examples reaches a reward with fewer rollouts, scoring included.

A planted pool: 600 easy examples, 600 medium and 1,200 noise. A prompt is three numbers; the answer
of an easy or medium one follows from it by a rule, that of a noise one is drawn. The policy is
taught beforehand to have a chance of .95 on easy ones, .19 on medium ones and 1/40 on noise; it is
measured by its chance on 400 medium ones that are not in the pool. Every arm trains with the same
settings, batch and number of rollouts.

- full: the whole pool; random: as many as are chosen, drawn;
- L: by learnability of several kinds; L+R, with the default kind: and representativeness (gradient
  of the loss in all weights, projected to 256 dimensions); +diversity: and distance of hidden
  layers; +curriculum: in order of the curriculum, where the others are in random order;
- released: the published settings.

Scoring costs 4 rollouts for each example of the pool. The arms that use it pay them before their
first step; gradients and hidden layers are those of the same examples and cost none.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Trajectory, generator
from trovato.ops import rademacher_projection, representativeness
from trovato.testing.models.one_token_policy import OneTokenPolicy
from trovato.train.rl import Example, GRPOConfig, GRPOStep, train_grpo
from trovato.train.selection import (
    METHODS,
    Learnability,
    RewardTable,
    SelectionConfig,
    select_examples,
)

ITEMS, CHOSEN, SCORING = 40, 600, 4
SIZES = {"easy": 600, "medium": 600, "noise": 1200}
START = {"easy": 0.95, "medium": 0.19, "noise": 1 / ITEMS}
LEVELS = (0.25, 0.4, 0.6)
Row = dict[str, Any]


@dataclass(frozen=True)
class Arm:
    """How an arm chooses: by learnability, gradients, embeddings, in the curriculum's order."""

    learnability: Learnability = METHODS["recommended"].learnability
    gradients: bool = False
    embeddings: bool = False
    curriculum: bool = False


ARMS: dict[str, Arm | None] = {
    "full": None,
    "random": None,
    "L gaussian": Arm("gaussian"),
    "L quantile-gaussian": Arm("quantile-gaussian"),
    "L beta-posterior": Arm("beta-posterior"),
    "L variance": Arm("variance"),
    "L+R": Arm(gradients=True),
    "L+R+diversity": Arm(gradients=True, embeddings=True),
    "L+R+diversity+curriculum": Arm(gradients=True, embeddings=True, curriculum=True),
    "released": Arm("gaussian", gradients=True, embeddings=True, curriculum=True),
}


@dataclass(frozen=True)
class Pool:
    """Examples and what kind each is of."""

    examples: list[Example]
    kinds: np.ndarray
    test: list[Example]


def draw_pool(seed: int, purpose: str = "pool") -> Pool:
    """Examples whose first number says of which kind they are; the second has the answer."""
    rules = generator(seed, "rules").permuted(np.tile(np.arange(ITEMS), (2, 1)), axis=1)
    random = generator(seed, purpose)

    def draw(kind: str, count: int, name: str) -> list[Example]:
        first = {"easy": (0, 13), "medium": (13, 27), "noise": (27, ITEMS)}[kind]
        found = []
        for at in range(count):
            a, (b, c, other) = random.integers(*first), random.integers(ITEMS, size=3).tolist()
            target = {"easy": rules[0, b], "medium": rules[1, b], "noise": other}[kind]
            found.append(Example(f"{name}{kind}{at:04}", f"{a} {b} {c}", {"target": int(target)}))
        return found

    rows = [one for kind, count in SIZES.items() for one in draw(kind, count, "")]
    kinds = np.repeat(list(SIZES), list(SIZES.values()))
    order = random.permutation(len(rows))
    return Pool([rows[at] for at in order], kinds[order], draw("medium", 400, "test "))


def targets(examples: list[Example]) -> np.ndarray:
    return np.array([one.fields["target"] for one in examples])


def warm_start(seed: int) -> OneTokenPolicy:
    """A policy that has the planted chances, taught on examples outside the pool."""
    import torch

    policy = OneTokenPolicy(ITEMS, 3, dim=32, hidden=96, seed=seed)
    outside = draw_pool(seed, "warm start")
    chance = np.array([START[kind] for kind in outside.kinds])
    wanted = np.repeat(((1 - chance) / (ITEMS - 1))[:, None], ITEMS, axis=1)
    wanted[np.arange(len(chance)), targets(outside.examples)] = chance
    adam = torch.optim.Adam(policy.module.parameters(), 3e-3)
    prompts = [one.prompt for one in outside.examples]
    for step in range(400):
        rows = generator(seed, f"warm start {step}").choice(len(prompts), 256, replace=False)
        loss = -(policy.chances([prompts[row] for row in rows]) * torch.tensor(wanted[rows])).sum(1)
        adam.zero_grad()
        loss.mean().backward()
        adam.step()
    return policy


def hit(example: Example, trajectory: Trajectory) -> float:
    return float(trajectory.text == str(example.fields["target"]))


def accuracy(policy: OneTokenPolicy, examples: list[Example]) -> float:
    """Mean chance of the right answer."""
    import torch

    with torch.no_grad():
        chances = policy.chances([one.prompt for one in examples]).exp().numpy()
    return float(chances[np.arange(len(examples)), targets(examples)].mean())


@dataclass(frozen=True)
class Scored:
    """What one set of rollouts says of each example."""

    table: RewardTable
    whole: np.ndarray
    gradients: np.ndarray
    hidden: np.ndarray


def score(policy: OneTokenPolicy, pool: Pool, seed: int) -> Scored:
    import torch

    drawn = policy.sample(pool.examples, SCORING, generator(seed, "scoring"))
    rewards = np.array([hit(pool.examples[at // SCORING], one) for at, one in enumerate(drawn)])
    table = RewardTable.of(
        {"id": one.id, "rewards": row.tolist()}
        for one, row in zip(pool.examples, rewards.reshape(-1, SCORING), strict=True)
    )
    weights = list(policy.module.parameters())
    found = []
    for example, target in zip(pool.examples, targets(pool.examples).tolist(), strict=True):
        parts = torch.autograd.grad(-policy.chances([example.prompt])[0, target], weights)
        found.append(torch.cat([part.ravel() for part in parts]).numpy())
    whole = np.stack(found)
    with torch.no_grad():
        read = torch.tensor([[int(word) for word in one.prompt.split()] for one in pool.examples])
        hidden = policy.module[:4](read).numpy()
    return Scored(table, whole, rademacher_projection(whole, 256, seed), hidden)


def choose(name: str, pool: Pool, scored: Scored, seed: int) -> list[Example]:
    """The examples of an arm in the order to train in."""
    random, arm = generator(seed, f"order of {name}"), ARMS[name]
    if arm is None:
        count = len(pool.examples) if name == "full" else CHOSEN
        rows = random.permutation(len(pool.examples))[:count]
    else:
        found = select_examples(
            scored.table,
            CHOSEN,
            SelectionConfig(learnability=arm.learnability),
            gradients=scored.gradients if arm.gradients else None,
            embeddings=scored.hidden if arm.embeddings else None,
        )
        rows = found.order if arm.curriculum else random.permutation(found.chosen)
    return [pool.examples[row] for row in rows]


def run(name: str, seed: int, steps: int, pool: Pool, start: OneTokenPolicy, scored: Scored) -> Row:
    policy = copy.deepcopy(start)
    begun = time.process_time()
    examples = choose(name, pool, scored, seed)
    selecting = time.process_time() - begun
    config = GRPOConfig(steps=steps, examples_per_step=16, group=8, learning_rate=1e-3, seed=seed)
    curve = [accuracy(policy, pool.test)]

    def told(_: GRPOStep) -> None:
        curve.append(accuracy(policy, pool.test))

    begun = time.process_time()
    train_grpo(policy, examples, {"hit": hit}, config, progress=told)
    paid = SCORING * len(pool.examples) if ARMS[name] else 0
    kinds = dict(zip((one.id for one in pool.examples), pool.kinds.tolist(), strict=True))
    rollouts = [paid + 128 * step for step in range(len(curve))]
    return {
        "arm": name,
        "seed": seed,
        "medium": float(np.mean([kinds[one.id] == "medium" for one in examples])),
        "noise": float(np.mean([kinds[one.id] == "noise" for one in examples])),
        "start": curve[0],
        "at 100": curve[min(100, steps)],
        "end": curve[-1],
        "rollouts": {
            str(level): next(
                (n for n, value in zip(rollouts, curve, strict=True) if value >= level), None
            )
            for level in LEVELS
        },
        "selection s": round(selecting, 2),
        "training s": round(time.process_time() - begun, 2),
    }


def told_projection(scored: Scored) -> None:
    """Print whether a projection ranks examples as whole gradients do."""
    whole = representativeness(scored.whole)
    for dim in (64, 256, 1024):
        found = representativeness(rademacher_projection(scored.whole, dim))
        one, other = whole.argsort().argsort(), found.argsort().argsort()
        quarter = len(whole) // 4
        shared = len(np.intersect1d(whole.argsort()[-quarter:], found.argsort()[-quarter:]))
        correlation = np.corrcoef(one, other)[0, 1]
        print(
            f"{scored.whole.shape[1]:,} weights in {dim} dimensions: Spearman {correlation:.2f}, "
            f"shared of the best quarter {shared / quarter:.2f}",
            flush=True,
        )


def report(rows: list[Row]) -> None:
    print(
        "| arm | seeds | medium | noise | after 100 steps | at the end | "
        + " | ".join(f"rollouts to {level}" for level in LEVELS)
        + " |"
    )
    print("|---" * (6 + len(LEVELS)) + "|")
    for arm in dict.fromkeys(row["arm"] for row in rows):
        mine = [row for row in rows if row["arm"] == arm]
        cells = []
        for name in ("medium", "noise", "at 100", "end"):
            values = [row[name] for row in mine]
            cells.append(f"{np.mean(values):.3f} ± {np.std(values):.3f}")
        for level in LEVELS:
            found = [row["rollouts"][str(level)] for row in mine]
            reached = [one for one in found if one is not None]
            cells.append(
                f"{np.mean(reached):,.0f}"
                + (f" ({len(reached)} of {len(found)})" if len(reached) < len(found) else "")
                if reached
                else "never"
            )
        print(f"| {arm} | {len(mine)} | {' | '.join(cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Rollouts to a reward, by how examples are chosen."
    )
    parser.add_argument("results", type=Path, help="JSON lines; what is there is not run again.")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=list(ARMS))
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    rows: list[Row] = []
    if arguments.results.exists():
        rows = [json.loads(line) for line in arguments.results.read_text().splitlines()]
    for seed in arguments.seeds:
        done = {row["arm"] for row in rows if row["seed"] == seed}
        if done.issuperset(arguments.arms):
            continue
        pool, policy = draw_pool(seed), warm_start(seed)
        scored = score(policy, pool, seed)
        told_projection(scored)
        for name in [one for one in arguments.arms if one not in done]:
            rows.append(run(name, seed, arguments.steps, pool, policy, scored))
            with arguments.results.open("a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    report(rows)


if __name__ == "__main__":
    main()
