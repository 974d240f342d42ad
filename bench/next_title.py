"""Which film comes next, among six: a small pretrained model, and examples chosen for it.

`python bench/next_title.py ML MODEL RESULTS.jsonl`: ML is a folder with MovieLens' ratings.csv and
movies.csv, MODEL one with SmolLM2-135M-Instruct as transformers saves it. The model chooses by how
likely it finds each title (`title_likelihood.py`); reward 1 for the true one. It is measured by its
chance of the true title on examples of other people, every 20 steps. Every arm makes the same
number of rollouts in training; scoring costs 4 more for each example of the pool, selection during
the training none. Beside the results a file keeps what the frozen layers make of the examples.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from next_title_task import Task, hit, load
from title_likelihood import TitleLikelihood
from trovato.core import generator
from trovato.train.rl import Example, GRPOConfig, GRPOStep, train_grpo
from trovato.train.selection import (
    Cost,
    CostLedger,
    OnlineSelectionConfig,
    OnlineSelector,
    RewardTable,
    select_examples,
)

SCORING, MEASURED = 4, 20
Row = dict[str, Any]
ARMS = ("full", "random", "L", "L+R", "L+R+diversity", "L+R+diversity+curriculum", "online")
TRAINING = GRPOConfig(examples_per_step=4, group=8)
LEVELS = {"a third": 1 / 3, "two thirds": 2 / 3}  # of what the whole pool gained


@dataclass(frozen=True)
class Scored:
    """What the rollouts of the start say of the pool, and the seconds they took."""

    table: RewardTable
    gradients: np.ndarray
    hidden: np.ndarray
    seconds: float


def right(policy: TitleLikelihood, examples: list[Example]) -> np.ndarray:
    """Chance of the true title of each example."""
    names, chances = [one.id for one in examples], list[float]()
    with torch.no_grad():
        for first in range(0, len(names), 16):
            chances += policy.chances(names[first : first + 16])[:, 0].exp().tolist()
    return np.array(chances)


def score(policy: TitleLikelihood, pool: list[Example], seed: int) -> Scored:
    begun, names = time.process_time(), [one.id for one in pool]
    drawn = policy.sample(pool, SCORING, generator(seed, "scoring"))
    rewards = np.array([hit(pool[at // SCORING], one) for at, one in enumerate(drawn)])
    table = RewardTable.of(
        {"id": name, "rewards": row.tolist()}
        for name, row in zip(names, rewards.reshape(-1, SCORING), strict=True)
    )
    gradients = np.stack([policy.gradient(name, 0) for name in names])
    return Scored(table, gradients, policy.hidden(names), time.process_time() - begun)


def choose(name: str, task: Task, scored: Scored, k: int, seed: int) -> list[Example]:
    random = generator(seed, f"order of {name}")
    if not name.startswith("L"):
        rows = random.permutation(len(task.pool))[: k if name == "random" else None]
    else:
        found = select_examples(
            scored.table,
            k,
            gradients=scored.gradients if "R" in name else None,
            embeddings=scored.hidden if "diversity" in name else None,
        )
        rows = found.order if "curriculum" in name else random.permutation(found.chosen)
    return [task.pool[row] for row in rows]


def run(
    name: str, policy: TitleLikelihood, task: Task, scored: Scored, config: GRPOConfig, k: int
) -> Row:
    begun, seed = time.process_time(), config.seed
    examples = task.pool if name == "online" else choose(name, task, scored, k, seed)
    selecting = time.process_time() - begun
    sampler = None
    if name == "online":
        sampler = OnlineSelector(len(task.pool), OnlineSelectionConfig(k, seed=seed), task.features)
    start = right(policy, task.test)
    curve, rewards, measuring = [float(start.mean())], list[float](), 0.0

    def told(step: GRPOStep) -> None:
        nonlocal measuring
        rewards.append(step.reward)
        if step.step % MEASURED == 0:
            before = time.process_time()
            curve.append(float(right(policy, task.test).mean()))
            measuring += time.process_time() - before

    begun = time.process_time()
    train_grpo(policy, examples, {"hit": hit}, config, sampler=sampler, progress=told)
    training = time.process_time() - begun - measuring
    gained = right(policy, task.test) - start
    batch = config.examples_per_step * config.group
    paid = SCORING * len(task.pool) if name.startswith("L") else 0
    ledger = CostLedger()
    ledger.add("proxy", Cost())
    ledger.add("scoring", Cost(paid, paid, scored.seconds if paid else 0.0))
    ledger.add("selection", Cost(seconds=selecting))
    ledger.add("training", Cost(batch * config.steps, batch * config.steps, training))
    return {
        "arm": name,
        "seed": seed,
        "rollouts": [paid + batch * MEASURED * at for at in range(len(curve))],
        "curve": curve,
        "gained": [float(gained.mean()), 1.96 * float(gained.std(ddof=1)) / len(gained) ** 0.5],
        "reward": [float(np.mean(part)) for part in np.array_split(rewards, 4)],
        "ledger": {stage: asdict(cost) for stage, cost in ledger.stages.items()},
    }


def reached(row: Row, level: float) -> int | None:
    """Rollouts, those of scoring included, until the chance on the test is first at a level."""
    pairs = zip(row["rollouts"], row["curve"], strict=True)
    return next((rollouts for rollouts, value in pairs if value >= level), None)


def report(rows: list[Row]) -> None:
    whole = [row["curve"] for row in rows if row["arm"] == "full"] or [rows[0]["curve"]]
    start, gained = whole[0][0], float(np.mean([one[-1] - one[0] for one in whole]))
    levels = {name: start + part * gained for name, part in LEVELS.items()}
    told = " | ".join(f"rollouts to {level:.3f} ({name})" for name, level in levels.items())
    print(f"start {start:.3f}")
    print(f"| arm | seeds | half-way | end | gained | reward at the end | {told} | CPU s |")
    print("|---" * (7 + len(levels)) + "|")
    for arm in dict.fromkeys(row["arm"] for row in rows):
        mine = [row for row in rows if row["arm"] == arm]
        curves = np.array([row["curve"] for row in mine])
        parts = [curves[:, curves.shape[1] // 2], curves[:, -1]]
        parts.append(np.array([row["reward"][-1] for row in mine]))
        cells = [f"{part.mean():.3f} ± {part.std(ddof=len(part) > 1):.3f}" for part in parts]
        mean, half = np.mean([row["gained"] for row in mine], axis=0)
        cells.insert(2, f"{mean:+.3f} ± {half:.3f}")  # over the examples of the test
        for level in levels.values():
            found = {row["seed"]: reached(row, level) for row in mine}
            known = [one for one in found.values() if one is not None]
            cell = f"{np.mean(known):,.0f}" if known else "never"
            if 0 < len(known) < len(found):
                cell += f" ({len(known)} of {len(found)})"
            other = {row["seed"]: reached(row, level) for row in rows if row["arm"] == "random"}
            shares = [n / m for seed, n in found.items() if n and (m := other.get(seed))]
            if shares:
                cell += f", {np.mean(shares):.0%} of random's ± {np.std(shares):.0%}"
            cells.append(cell)
        stages = ("scoring", "selection", "training")
        seconds = [np.mean([row["ledger"][one]["seconds"] for row in mine]) for one in stages]
        cells.append(", ".join(f"{one:.1f}" for one in seconds))
        print(f"| {arm} | {len(mine)} | {' | '.join(cells)} |")


def main() -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parser = argparse.ArgumentParser(description="The next title, by how examples are chosen.")
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument(
        "results", type=Path, help="JSON lines, what is there is not run again; states beside."
    )
    parser.add_argument("--choices", choices=("random", "popular"), default="random")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=ARMS)
    parser.add_argument("--pool", type=int, default=512)
    parser.add_argument("--test", type=int, default=192)
    parser.add_argument("--chosen", type=int, default=128)
    parser.add_argument("--steps", type=int, default=240)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[Row] = []
    if arguments.results.exists():
        rows = [json.loads(line) for line in arguments.results.read_text().splitlines()]
    task = load(arguments.data, arguments.pool, arguments.test, arguments.choices)
    source: dict[str, Any] = {"local_files_only": True}
    policy = TitleLikelihood(
        AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32, **source),
        AutoTokenizer.from_pretrained(arguments.model, **source),
        task.titles,
        kept=arguments.results.with_suffix(".pt"),
    )
    policy.read(task.pool + task.test)
    print(f"the most popular choice is the true one in {task.popular:.3f} of the test", flush=True)
    config = replace(TRAINING, steps=arguments.steps, learning_rate=arguments.learning_rate)
    for seed in arguments.seeds:
        done = {row["arm"] for row in rows if row["seed"] == seed}
        policy.reset(seed)
        scored = score(policy, task.pool, seed)
        for name in [one for one in arguments.arms if one not in done]:
            policy.reset(seed)
            rows.append(
                run(name, policy, task, scored, replace(config, seed=seed), arguments.chosen)
            )
            print(name, seed, [round(one, 3) for one in rows[-1]["curve"]], flush=True)
            with arguments.results.open("a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    report(rows)


if __name__ == "__main__":
    main()
