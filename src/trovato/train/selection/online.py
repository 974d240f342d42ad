"""Selection while training: what its own rollouts say chooses the next examples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, check_at_least_one, generator
from trovato.core.shapes import Float, Float64
from trovato.ops import ridge_posterior
from trovato.train.selection.feature_rows import FeatureRows

_FORGOTTEN = 1e-6  # an observation of this weight counts as none


@dataclass(frozen=True, slots=True)
class OnlineSelectionConfig:
    """Settings of `OnlineSelector`.

    Parameters
    ----------
    k
        Examples that are chosen at a time.
    every
        Steps between two choices.
    discount
        Weight of what was observed a step ago: the policy changes, and so does what it can learn.
    ridge
        Precision of what features say before anything is observed, in groups of rollouts.
    own
        The same of how much an example differs from what its features say.
    exploration
        Width of the draws, in standard deviations of what is known; 0 for the best guess.
    seed
        Of the draws.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    k: int
    every: int = 2
    discount: float = 0.97
    ridge: float = 8.0
    own: float = 4.0
    exploration: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        check_at_least_one(self, "k", "every")
        if not 0 < self.discount <= 1 or not self.ridge > 0 or not self.own > 0:
            raise InvalidInputError(
                f"discount is above 0 and at most 1, ridge and own are above 0, got "
                f"{self.discount}, {self.ridge} and {self.own}"
            )


class OnlineSelector:
    """Chooses anew every few steps of a training, and needs no scoring beforehand.

    The standard deviation of an example's rewards, as each step of the training finds it, is
    estimated for the whole pool: `y = ȳ + x·w + u + e`, x being features, w their weights and u
    what is an example's own. Both are drawn from what is known of them (Thompson sampling), the k
    examples with the largest values are chosen, and those used longest ago come first. So an
    example that nobody has tried is chosen where similar ones were learnable, or little is known.

    Give it to `trovato.train.rl.train_grpo` as `sampler`.

    Parameters
    ----------
    count
        Examples in the pool.
    config
        How it chooses.
    features
        A row for each example, known without rollouts, such as an embedding of its prompt; they may
        be mapped from a file. Without them examples tell nothing of each other.

    Raises
    ------
    InvalidInputError
        If there is no example, or there are not as many rows of features.
    """

    def __init__(
        self,
        count: int,
        config: OnlineSelectionConfig,
        features: Float[np.ndarray, "examples dim"] | None = None,
    ) -> None:
        rows = np.zeros((count, 0), np.float32) if features is None else features
        if count < 1 or len(rows) != count:
            raise InvalidInputError(
                f"there must be one row of features for each of {count} examples, got {len(rows)}"
            )
        self._config, self._features = config, FeatureRows(rows)
        self._weights, self._sums = np.zeros(count), np.zeros(count)  # of observations, discounted
        self._squares = 0.0
        self._used = np.full(count, -1, np.int64)  # step of the last use
        self._queue, self._at = np.zeros(0, np.int64), 0

    @property
    def fingerprint(self) -> str:
        """Changes with the settings and the features."""
        return json.dumps([asdict(self._config), len(self._used), self._features.fingerprint])

    def batch(self, step: int, count: int) -> list[int]:
        """Places of the examples that a step trains on, counted from 0."""
        if not len(self._queue) or step % self._config.every == 0:
            self._choose(step)
        places = [int(self._queue[(self._at + n) % len(self._queue)]) for n in range(count)]
        self._at += count
        self._used[places] = step
        return places

    def update(self, places: Sequence[int], rewards: Float64[np.ndarray, "groups size"]) -> None:
        """Take note of the rewards of a step, a row for each of its examples."""
        self._weights *= self._config.discount
        self._sums *= self._config.discount
        observed = rewards.std(axis=1, ddof=1)
        np.add.at(self._weights, list(places), 1.0)
        np.add.at(self._sums, list(places), observed)
        self._squares = self._squares * self._config.discount + float(observed @ observed)

    def scores(self, random: np.random.Generator) -> Float64[np.ndarray, " examples"]:
        """A draw of how much the rewards of each example vary."""
        seen = np.flatnonzero(self._weights > _FORGOTTEN)
        if not len(seen):
            return random.random(len(self._weights))
        means = self._sums[seen] / self._weights[seen]
        known = ridge_posterior(
            self._features.take(seen), means, self._weights[seen], self._squares, self._config.ridge
        )
        found = known.intercept + self._features.dot(known.draw(random, self._config.exploration))
        certain = self._weights + self._config.own
        found[seen] += self._weights[seen] / certain[seen] * (means - found[seen])
        found += (
            self._config.exploration
            * known.noise
            / np.sqrt(certain)
            * random.standard_normal(len(found))
        )
        return found

    def state(self) -> dict[str, Any]:
        """What a checkpoint must keep."""
        return {
            "weights": self._weights,
            "sums": self._sums,
            "squares": np.array([self._squares]),
            "used": self._used,
            "queue": self._queue,
            "at": np.array([self._at]),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._weights, self._sums = state["weights"].copy(), state["sums"].copy()
        self._used, self._queue = state["used"].copy(), state["queue"].copy()
        self._squares, self._at = float(state["squares"][0]), int(state["at"][0])

    def _choose(self, step: int) -> None:
        random = generator(self._config.seed, f"selection at step {step}")
        chosen = np.argsort(-self.scores(random), kind="stable")[: self._config.k]
        shuffled = random.permutation(chosen)
        self._queue = shuffled[np.argsort(self._used[shuffled], kind="stable")]
        self._at = 0
