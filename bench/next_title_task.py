"""Which film somebody liked next, among a few titles: examples from MovieLens.

An example is the titles that a person liked last, and a few to choose from, one of which came next.
People of the test are not in the pool.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from trovato.core import Trajectory, generator
from trovato.train.rl import Example

WINDOW, CHOICES = 3, 6
LIKED = 4  # stars
KNOWN = 5  # people who liked it, or a film is no choice
Negatives = Literal["random", "popular"]


@dataclass(frozen=True)
class Task:
    """Examples, features of those of the pool that cost no rollout, and every title."""

    pool: list[Example]
    features: np.ndarray
    test: list[Example]
    titles: list[str]
    popular: float  # how often the most popular choice is the right one, in the test


def load(folder: Path, pool: int, test: int, negatives: Negatives, seed: int = 0) -> Task:
    """One example for each place that is drawn; the last fifth of the people is the test's."""
    titles, genres = _films(folder)
    liked, count = _liked(folder)
    items = sorted(count)
    weights = np.array([count[one] if negatives == "popular" else 1 for one in items], float)
    people = generator(seed, "people").permutation(sorted(liked)).tolist()
    cut = len(people) * 4 // 5
    features: list[list[float]] = []
    right: list[bool] = []

    def draw(users: list[str], name: str, number: int) -> list[Example]:
        found, random = [], generator(seed, f"{negatives} {name}")
        for at in range(number):
            events = [item for _, item in sorted(liked[users[at % len(users)]])]
            place = int(random.integers(WINDOW, len(events)))
            history, target = events[place - WINDOW : place], events[place]
            free = np.where(np.isin(items, events), 0, weights)
            others = random.choice(items, CHOICES - 1, replace=False, p=free / free.sum()).tolist()
            seen = set().union(*(genres[one] for one in history))
            near = [len(seen & genres[one]) / len(genres[one]) for one in (target, *others)]
            known = [float(np.log1p(count[one])) for one in (target, *others)]
            features.append([near[0], max(near[1:]), known[0], max(known[1:])])
            right.append(known[0] > max(known[1:]))
            fields = {
                "history": [titles[one] for one in history],
                "titles": [titles[one] for one in (target, *others)],
            }
            prompt = "Films that somebody liked, one after another:\n"
            prompt += "".join(f"{one}\n" for one in fields["history"])
            found.append(Example(f"{negatives} {name}{at}", prompt, fields))
        return found

    examples = draw(people[:cut], "p", pool), draw(people[cut:], "t", test)
    return Task(
        examples[0],
        np.array(features[:pool], np.float32),
        examples[1],
        [titles[one] for one in items],
        float(np.mean(right[pool:])),
    )


def hit(_: Example, trajectory: Trajectory) -> float:
    """1 for the true title, which is the first of the choices."""
    return float(trajectory.tokens[0] == 0)


def _films(folder: Path) -> tuple[dict[str, str], dict[str, set[str]]]:
    titles, genres = {}, {}
    with (folder / "movies.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            plain = re.sub(r"\s*\(.*", "", row["title"]) or row["title"]
            body, _, article = plain.rpartition(", ")
            turned = f"{article} {body}" if article in ("The", "A", "An") else plain
            titles[row["movieId"]] = turned
            genres[row["movieId"]] = set(row["genres"].split("|"))
    return titles, genres


def _liked(folder: Path) -> tuple[dict[str, list[tuple[int, str]]], dict[str, int]]:
    """Times and films that each person liked, and how many people liked each film."""
    with (folder / "ratings.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if float(row["rating"]) >= LIKED]
    every = Counter(row["movieId"] for row in rows)
    count = {item: people for item, people in every.items() if people >= KNOWN}
    liked: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        if row["movieId"] in count:
            liked[row["userId"]].append((int(row["timestamp"]), row["movieId"]))
    return {user: events for user, events in liked.items() if len(events) > WINDOW}, count
