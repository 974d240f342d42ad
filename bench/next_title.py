"""Which film comes next, among four: a small pretrained model, and examples chosen for it.

`python bench/next_title.py ML MODEL RESULTS.jsonl`: ML is a folder with MovieLens' ratings.csv and
movies.csv, MODEL one with SmolLM2-135M-Instruct as transformers saves it. An example is the two
titles that a person liked last, and four to choose from, one of which came next; people of the test
are not in the pool. Reward 1 for the right letter. LoRA in the last layer; the policy is measured
by its chance of the right letter on test examples. Every arm makes the same number of rollouts in
training; scoring costs 4 more for each example of the pool, selection during the training none.
Beside the results a file keeps what the frozen layers make of the prompts.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from last_layer import LastLayer
from trovato.core import Trajectory, generator
from trovato.ops import rademacher_projection
from trovato.train.rl import Example, GRPOConfig, GRPOStep, train_grpo
from trovato.train.selection import (
    Cost,
    CostLedger,
    OnlineSelectionConfig,
    OnlineSelector,
    RewardTable,
    select_examples,
)

LETTERS, WINDOW, SCORING = "ABCD", 2, 4
Row = dict[str, Any]
ARMS = ("random", "online", "L", "L+R", "full", "L+R+diversity", "L+R+diversity+curriculum")
TRAINING = GRPOConfig(examples_per_step=4, group=8, learning_rate=2e-4)


@dataclass(frozen=True)
class Task:
    """Examples, and features of them that cost no rollout."""

    pool: list[Example]
    features: np.ndarray
    test: list[Example]


def load(folder: Path, pool: int, test: int, seed: int) -> Task:
    """One example a person and place, drawn; the last fifth of the people is the test's."""
    titles, genres = {}, {}
    with (folder / "movies.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            titles[row["movieId"]] = row["title"].rpartition(" (")[0] or row["title"]
            genres[row["movieId"]] = set(row["genres"].split("|"))
    liked: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with (folder / "ratings.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if float(row["rating"]) >= 4:
                liked[row["userId"]].append((int(row["timestamp"]), row["movieId"]))
    count = Counter(item for events in liked.values() for _, item in events)
    random, items = generator(seed, "examples"), sorted(count)
    people = random.permutation(sorted(u for u, e in liked.items() if len(e) > WINDOW)).tolist()
    cut = len(people) * 4 // 5
    features: list[list[float]] = []

    def draw(users: list[str], name: str, number: int) -> list[Example]:
        found = []
        for at in range(number):
            events = [item for _, item in sorted(liked[users[at % len(users)]])]
            place = int(random.integers(WINDOW, len(events)))
            history, target = events[place - WINDOW : place], events[place]
            others = [one for one in random.permutation(items).tolist() if one not in events][:3]
            right = at % len(LETTERS)  # or a policy that always says one letter looks learnt
            choice = [*others[:right], target, *others[right:]]
            lines = [f"{key}. {titles[one]}" for key, one in zip(LETTERS, choice, strict=True)]
            past = "; ".join(titles[one] for one in history)
            prompt = f"Liked: {past}\nNext film:\n" + "\n".join(lines) + "\nAnswer:"
            found.append(Example(f"{name}{at}", prompt, {"answer": LETTERS[right]}))
            seen = set().union(*(genres[one] for one in history))
            near = [len(seen & genres[one]) / len(genres[one]) for one in (target, *others)]
            known = [float(np.log1p(count[one])) for one in (target, *others)]
            features.append([near[0], max(near[1:]), known[0], max(known[1:])])
        return found

    return Task(
        draw(people[:cut], "p", pool), np.array(features, np.float32), draw(people[cut:], "t", test)
    )


def hit(example: Example, trajectory: Trajectory) -> float:
    return float(trajectory.text == example.fields["answer"])


def accuracy(policy: LastLayer, examples: list[Example]) -> float:
    """Mean chance of the right letter."""
    chances = []
    with torch.no_grad():
        for first in range(0, len(examples), 16):
            part = examples[first : first + 16]
            found = policy.log_probs_of([one.prompt for one in part]).exp()
            answers = [LETTERS.index(one.fields["answer"]) for one in part]
            chances += found[torch.arange(len(part)), torch.tensor(answers)].tolist()
    return float(np.mean(chances))


@dataclass(frozen=True)
class Scored:
    """What the rollouts of the start say of the pool, and the seconds they took."""

    table: RewardTable
    gradients: np.ndarray
    hidden: np.ndarray
    seconds: float


def score(policy: LastLayer, pool: list[Example], seed: int) -> Scored:
    begun = time.process_time()
    drawn = policy.sample(pool, SCORING, generator(seed, "scoring"))
    rewards = np.array([hit(pool[at // SCORING], one) for at, one in enumerate(drawn)])
    table = RewardTable.of(
        {"id": one.id, "rewards": row.tolist()}
        for one, row in zip(pool, rewards.reshape(-1, SCORING), strict=True)
    )
    found = [policy.gradient(one, LETTERS.index(one.fields["answer"])) for one in pool]
    names = [name for name in found[0] if "lora_B" in name]  # at the start the others are 0
    parts = [np.stack([one[name] for one in found]) for name in names]
    projected = np.zeros((len(pool), 256))
    for name, part in zip(names, parts, strict=True):
        projected += rademacher_projection(part, 256, seed, name)
    hidden = np.stack([one[-1].numpy() for one in policy.read([one.prompt for one in pool])])
    return Scored(table, projected, hidden, time.process_time() - begun)


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
    name: str, seed: int, policy: LastLayer, task: Task, scored: Scored, steps: int, k: int
) -> Row:
    begun = time.process_time()
    examples = task.pool if name == "online" else choose(name, task, scored, k, seed)
    selecting = time.process_time() - begun
    sampler = None
    if name == "online":
        sampler = OnlineSelector(len(task.pool), OnlineSelectionConfig(k, seed=seed), task.features)
    curve = {0: accuracy(policy, task.test)}
    rewards: list[float] = []

    def told(step: GRPOStep) -> None:
        rewards.append(step.reward)
        if step.step % 20 == 0 or step.step == steps:
            curve[step.step] = accuracy(policy, task.test)

    begun = time.process_time()
    config = replace(TRAINING, steps=steps, seed=seed)
    train_grpo(policy, examples, {"hit": hit}, config, sampler=sampler, progress=told)
    training = time.process_time() - begun
    batch = config.examples_per_step * config.group
    paid = SCORING * len(task.pool) if name.startswith("L") else 0
    ledger = CostLedger()
    ledger.add("proxy", Cost())
    ledger.add("scoring", Cost(paid, paid, scored.seconds if paid else 0.0))
    ledger.add("selection", Cost(seconds=selecting))
    ledger.add("training", Cost(batch * steps, batch * steps, training))
    return {
        "arm": name,
        "seed": seed,
        "curve": {str(paid + batch * step): value for step, value in curve.items()},
        "reward": [float(np.mean(part)) for part in np.array_split(rewards, 4)],
        "ledger": {stage: asdict(cost) for stage, cost in ledger.stages.items()},
    }


def report(rows: list[Row]) -> None:
    print("| arm | seeds | start | end | best | rollouts with scoring | scoring s | training s |")
    print("|---" * 8 + "|")
    for arm in dict.fromkeys(row["arm"] for row in rows):
        mine = [row for row in rows if row["arm"] == arm]
        curves = np.array([list(row["curve"].values()) for row in mine])
        told = [curves[:, 0], curves[:, -1], curves.max(1)]
        cells = [f"{part.mean():.3f} ± {part.std(ddof=len(part) > 1):.3f}" for part in told]
        cells.append(f"{int(list(mine[0]['curve'])[-1]):,}")
        cells += [
            f"{np.mean([row['ledger'][stage]['seconds'] for row in mine]):.0f}"
            for stage in ("scoring", "training")
        ]
        print(f"| {arm} | {len(mine)} | {' | '.join(cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="The next title, by how examples are chosen.")
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument(
        "results", type=Path, help="JSON lines, what is there is not run again; states beside."
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=ARMS)
    parser.add_argument("--pool", type=int, default=64)
    parser.add_argument("--test", type=int, default=32)
    parser.add_argument("--chosen", type=int, default=16)
    parser.add_argument("--steps", type=int, default=40)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[Row] = []
    if arguments.results.exists():
        rows = [json.loads(line) for line in arguments.results.read_text().splitlines()]
    policy = LastLayer(arguments.model, LETTERS, arguments.results.with_suffix(".pt"))
    for seed in arguments.seeds:
        done = {row["arm"] for row in rows if row["seed"] == seed}
        task = load(arguments.data, arguments.pool, arguments.test, 0)
        policy.reset(seed)
        scored = score(policy, task.pool, seed)
        for name in [one for one in arguments.arms if one not in done]:
            policy.reset(seed)
            found = run(name, seed, policy, task, scored, arguments.steps, arguments.chosen)
            rows.append(found)
            print(name, seed, found["curve"], found["reward"], flush=True)
            with arguments.results.open("a") as file:
                file.write(json.dumps(found) + "\n")
    report(rows)


if __name__ == "__main__":
    main()
