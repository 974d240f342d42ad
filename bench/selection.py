"""Whether training on chosen examples reaches a reward with fewer rollouts, scoring included.

The pool is planted (`selection_pool.py`): 600 easy examples, 600 medium and 1,200 noise. The policy
is measured by its chance on 400 medium ones that are not in the pool. Every arm trains with the
same settings, batch and number of rollouts.

- full: the whole pool; random: as many as are chosen, drawn; medium: the medium ones alone, which
  no selector can know (a bound);
- L by learnability of several kinds, R by representativeness alone (gradient of the loss in all
  weights, projected to 256 dimensions), L+R; +diversity: and distance of hidden layers;
  +curriculum: in order of the curriculum, where the others are in random order; released: the
  published settings. Scoring costs 4 rollouts for each example of the pool, before the first step.
- L of a sample: 300 examples are scored with 4 rollouts each, the learnability of the others is
  predicted from the words of their prompts;
- online: nothing is scored beforehand. Every 2 steps the rollouts that training made choose anew,
  by the words of the prompts, by the hidden layer before the training (2,400 prompts are read
  once), or without features.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from selection_pool import (
    Pool,
    Scored,
    accuracy,
    draw_pool,
    hit,
    told_projection,
    warm_start,
    words,
)
from trovato.core import generator
from trovato.testing.models.one_token_policy import OneTokenPolicy
from trovato.train.rl import Example, ExampleSampler, GRPOConfig, GRPOStep, InOrder, train_grpo
from trovato.train.selection import (
    METHODS,
    Cost,
    CostLedger,
    OnlineSelectionConfig,
    OnlineSelector,
    SelectionConfig,
    select_examples,
)

CHOSEN, SCORING, SAMPLE = 600, 4, 300
LEVELS = (0.25, 0.4, 0.6)
TRAINING = GRPOConfig(examples_per_step=16, group=8, learning_rate=1e-3)
Row = dict[str, Any]


@dataclass(frozen=True)
class Arm:
    """How an arm chooses before the training."""

    config: SelectionConfig = METHODS["recommended"]
    gradients: bool = False
    embeddings: bool = False
    curriculum: bool = False
    sample: int = 0


@dataclass(frozen=True)
class Online:
    """How an arm chooses during the training."""

    features: Literal["words", "hidden", "none"]


ARMS: dict[str, Arm | Online | None] = {
    "full": None,
    "random": None,
    "medium": None,
    "L gaussian": Arm(SelectionConfig("gaussian")),
    "L quantile-gaussian": Arm(SelectionConfig("quantile-gaussian")),
    "L beta-posterior": Arm(SelectionConfig("beta-posterior")),
    "L variance": Arm(),
    "R": Arm(SelectionConfig(alpha=0.0), gradients=True),
    "L+R": Arm(gradients=True),
    "L+R+diversity": Arm(gradients=True, embeddings=True),
    "L+R+diversity+curriculum": Arm(gradients=True, embeddings=True, curriculum=True),
    "released": Arm(METHODS["released"], gradients=True, embeddings=True, curriculum=True),
    "L of a sample": Arm(sample=SAMPLE),
    "online, words": Online("words"),
    "online, hidden": Online("hidden"),
    "online, no features": Online("none"),
}


def choose(name: str, pool: Pool, scored: Scored, seed: int) -> list[Example]:
    """The examples of an arm in the order to train in."""
    random, arm = generator(seed, f"order of {name}"), ARMS[name]
    if not isinstance(arm, Arm):
        rows = random.permutation(len(pool.examples))
        if name == "medium":
            rows = rows[pool.kinds[rows] == "medium"]
        rows = rows[:CHOSEN] if name == "random" else rows
        return [pool.examples[row] for row in rows]
    table = scored.table
    if arm.sample:
        left_out = random.permutation(len(table))[arm.sample :]
        means, counts = table.means.copy(), table.counts.copy()
        means[left_out], counts[left_out] = np.nan, 0
        table = replace(table, means=means, counts=counts)
    found = select_examples(
        table,
        CHOSEN,
        arm.config,
        gradients=scored.gradients if arm.gradients else None,
        embeddings=scored.hidden if arm.embeddings else None,
        features=words(pool.examples) if arm.sample else None,
    )
    rows = found.order if arm.curriculum else random.permutation(found.chosen)
    return [pool.examples[row] for row in rows]


def watcher(name: str, pool: Pool, scored: Scored, seed: int) -> OnlineSelector | None:
    """What chooses during the training, if anything does."""
    arm = ARMS[name]
    if not isinstance(arm, Online):
        return None
    features = None
    if arm.features != "none":
        features = words(pool.examples) if arm.features == "words" else scored.hidden
    config = OnlineSelectionConfig(CHOSEN // 2, seed=seed)
    return OnlineSelector(len(pool.examples), config, features)


class Timed:
    """A sampler, and the seconds and examples it took."""

    def __init__(self, inner: ExampleSampler) -> None:
        self.inner, self.seconds, self.used = inner, 0.0, list[int]()
        self.fingerprint, self.state, self.restore = inner.fingerprint, inner.state, inner.restore

    def batch(self, step: int, count: int) -> list[int]:
        begun = time.process_time()
        found = self.inner.batch(step, count)
        self.seconds += time.process_time() - begun
        self.used += found
        return found

    def update(self, places: Any, rewards: Any) -> None:
        begun = time.process_time()
        self.inner.update(places, rewards)
        self.seconds += time.process_time() - begun


def run(name: str, seed: int, steps: int, pool: Pool, start: OneTokenPolicy, scored: Scored) -> Row:
    policy, arm = copy.deepcopy(start), ARMS[name]
    begun = time.process_time()
    examples = choose(name, pool, scored, seed)
    selecting = time.process_time() - begun
    online = watcher(name, pool, scored, seed)
    sampler = Timed(online or InOrder(len(examples)))
    if online:
        examples = pool.examples
    curve = [accuracy(policy, pool.test)]

    def told(_: GRPOStep) -> None:
        curve.append(accuracy(policy, pool.test))

    begun = time.process_time()
    config = replace(TRAINING, steps=steps, seed=seed)
    train_grpo(policy, examples, {"hit": hit}, config, sampler=sampler, progress=told)
    training = time.process_time() - begun - sampler.seconds
    batch = config.examples_per_step * config.group
    paid = SCORING * (arm.sample or len(pool.examples)) if isinstance(arm, Arm) else 0
    ledger = CostLedger()
    ledger.add("proxy", Cost())
    ledger.add("scoring", Cost(paid, paid, scored.seconds * paid / (SCORING * len(pool.examples))))
    ledger.add("selection", Cost(seconds=selecting + sampler.seconds))
    ledger.add("training", Cost(batch * steps, batch * steps, training))
    kinds = dict(zip((one.id for one in pool.examples), pool.kinds.tolist(), strict=True))
    used = [kinds[examples[place].id] for place in sampler.used]
    reached = [
        next((n for n, value in enumerate(curve) if value >= level), None) for level in LEVELS
    ]
    return {
        "arm": name,
        "seed": seed,
        "medium": used.count("medium") / len(used),
        "noise": used.count("noise") / len(used),
        "start": curve[0],
        "at 100": curve[min(100, steps)],
        "end": curve[-1],
        "rollouts": {
            str(level): None if at is None else paid + batch * at
            for level, at in zip(LEVELS, reached, strict=True)
        },
        "ledger": {stage: asdict(cost) for stage, cost in ledger.stages.items()},
    }


def report(rows: list[Row]) -> None:
    print(
        "| arm | seeds | medium | noise | after 100 steps | at the end | "
        + " | ".join(f"rollouts to {level}" for level in LEVELS)
        + " | scoring s | selection s | training s |"
    )
    print("|---" * (9 + len(LEVELS)) + "|")
    for arm in dict.fromkeys(row["arm"] for row in rows):
        mine = [row for row in rows if row["arm"] == arm]
        cells = []
        for name in ("medium", "noise", "at 100", "end"):
            values = [row[name] for row in mine]
            cells.append(f"{np.mean(values):.3f} ± {np.std(values, ddof=len(values) > 1):.3f}")
        cells += [_reached(arm, level, rows) for level in map(str, LEVELS)]
        for stage in ("scoring", "selection", "training"):
            cells.append(f"{np.mean([row['ledger'][stage]['seconds'] for row in mine]):.2f}")
        print(f"| {arm} | {len(mine)} | {' | '.join(cells)} |")


def _reached(arm: str, level: str, rows: list[Row]) -> str:
    """Rollouts to a level, and their share of what random took with the same seeds."""
    random = {row["seed"]: row["rollouts"][level] for row in rows if row["arm"] == "random"}
    found = {row["seed"]: row["rollouts"][level] for row in rows if row["arm"] == arm}
    reached = [one for one in found.values() if one is not None]
    if not reached:
        return "never"
    told = f"{np.mean(reached):,.0f}"
    if len(reached) < len(found):
        return f"{told} ({len(reached)} of {len(found)})"
    shares = [n / random[seed] for seed, n in found.items() if random.get(seed)]
    return f"{told} ({np.mean(shares):.0%} ± {np.std(shares):.0%})" if shares else told


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
        scored = Scored(policy, pool, SCORING, seed)
        for name in [one for one in arguments.arms if one not in done]:
            rows.append(run(name, seed, arguments.steps, pool, policy, scored))
            with arguments.results.open("a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
        if any(isinstance(arm := ARMS[one], Arm) and arm.gradients for one in arguments.arms):
            told_projection(scored)
    report(rows)


if __name__ == "__main__":
    main()
