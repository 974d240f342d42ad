"""A planted pool of easy, medium and noise examples, a policy to start from, and its scores.

A prompt is three numbers; the answer of an easy or medium one follows from it by a rule, that of a
noise one is drawn. The policy is taught beforehand to have a chance of .95 on easy ones, .19 on
medium ones and 1/40 on noise.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trovato.core import Trajectory, generator
from trovato.ops import rademacher_projection, representativeness
from trovato.testing.models.one_token_policy import OneTokenPolicy
from trovato.train.rl import Example
from trovato.train.selection import RewardTable

ITEMS = 40
SIZES = {"easy": 600, "medium": 600, "noise": 1200}
START = {"easy": 0.95, "medium": 0.19, "noise": 1 / ITEMS}


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


def words(examples: list[Example]) -> np.ndarray:
    """Which numbers stand at which place of the prompts: features that cost no rollout."""
    found = np.zeros((len(examples), 3 * ITEMS), np.float32)
    for row, one in enumerate(examples):
        for place, word in enumerate(one.prompt.split()):
            found[row, ITEMS * place + int(word)] = 1
    return found


class Scored:
    """What one set of rollouts says of each example; gradients are taken when they are asked for.

    Parameters
    ----------
    policy
        As it is before the training.
    pool
        The examples.
    rollouts
        Of each.
    seed
        Of the rollouts and the projection.
    """

    def __init__(self, policy: OneTokenPolicy, pool: Pool, rollouts: int, seed: int) -> None:
        self._policy, self._pool, self._seed = policy, pool, seed
        begun = time.process_time()
        drawn = policy.sample(pool.examples, rollouts, generator(seed, "scoring"))
        found = [hit(pool.examples[at // rollouts], one) for at, one in enumerate(drawn)]
        self.table = RewardTable.of(
            {"id": one.id, "rewards": row.tolist()}
            for one, row in zip(pool.examples, np.reshape(found, (-1, rollouts)), strict=True)
        )
        self.seconds = time.process_time() - begun

    @cached_property
    def whole(self) -> np.ndarray:
        """Gradient of the loss of each example in all weights."""
        import torch

        weights = list(self._policy.module.parameters())
        rows = []
        for one, target in zip(
            self._pool.examples, targets(self._pool.examples).tolist(), strict=True
        ):
            loss = -self._policy.chances([one.prompt])[0, target]
            parts = torch.autograd.grad(loss, weights)
            rows.append(torch.cat([part.ravel() for part in parts]).numpy())
        return np.stack(rows)

    @cached_property
    def gradients(self) -> np.ndarray:
        """The same in 256 dimensions."""
        return rademacher_projection(self.whole, 256, self._seed)

    @cached_property
    def hidden(self) -> np.ndarray:
        """Hidden layer of each example."""
        import torch

        read = [[int(word) for word in one.prompt.split()] for one in self._pool.examples]
        with torch.no_grad():
            found: np.ndarray = self._policy.module[:4](torch.tensor(read)).numpy()
        return found


def told_projection(scored: Scored) -> None:
    """Print whether a projection ranks examples as whole gradients do, by how many there are."""
    for count in (400, len(scored.whole)):
        rows = scored.whole[:count]
        whole, quarter = representativeness(rows), count // 4
        spread = float((2 * whole - 1).std())
        for dim in (256, 1024, 2048, 4096):
            found = representativeness(rademacher_projection(rows, dim))
            one, other = whole.argsort().argsort(), found.argsort().argsort()
            shared = len(np.intersect1d(whole.argsort()[-quarter:], found.argsort()[-quarter:]))
            print(
                f"{count:,} gradients of {rows.shape[1]:,} weights in {dim} dimensions: Spearman "
                f"{np.corrcoef(one, other)[0, 1]:.3f}, shared of the best quarter "
                f"{shared / quarter:.3f}; cosines ± {spread:.3f}, their error "
                f"{float((2 * (found - whole)).std()):.3f}",
                flush=True,
            )
