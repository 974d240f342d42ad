"""Item vectors that are smoothed along the graph of users and items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    ProgressCallback,
    Sequences,
    generator,
    no_progress,
)
from trovato.core.shapes import Float32, Int64
from trovato.ops import sorted_places
from trovato.retrieve.recommenders import AsymmetricFactors, popularity_scores
from trovato.train.interaction_matrix import interaction_matrix

_BATCH = 2048  # pairs to a step
_TRIES = 20  # how often an item is drawn until the user did not care for it
_FIRST, _SECOND = 0.9, 0.999  # Adam's decay


@dataclass(frozen=True, slots=True)
class LightGCNConfig:
    """Size and training of LightGCN.

    Parameters
    ----------
    dim
        Components of each vector.
    layers
        Steps along the graph, at least 1.
    learning_rate
        Of Adam.
    regularisation
        Weight of the squared lengths of the vectors before the graph.
    epochs
        Rounds over all rows, each with a drawn item that the row's user did not care for.
    seed
        Of the first vectors, the order and the drawn items.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    dim: int = 64
    layers: int = 1
    learning_rate: float = 0.03
    regularisation: float = 1e-4
    epochs: int = 50
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.dim, self.layers, self.epochs) < 1:
            raise InvalidInputError(
                "dim, layers and epochs must be at least 1, got "
                f"{self.dim}, {self.layers} and {self.epochs}"
            )
        if not self.learning_rate > 0 or self.regularisation < 0:
            raise InvalidInputError(
                "learning_rate must be above 0 and regularisation at least 0, got "
                f"{self.learning_rate} and {self.regularisation}"
            )


def fit_lightgcn(
    histories: Sequences,
    items: int,
    config: LightGCNConfig = LightGCNConfig(),
    *,
    progress: ProgressCallback = no_progress,
) -> AsymmetricFactors:
    """Fit item vectors whose graph-smoothed forms rank what each user cared for above other items.

    With B the matrix of users × items, normalised by the roots of both degrees, items are
    (E + BᵀB E + …) / (layers + 1) and users are the same one step further along B. The loss is that
    of BPR. Unlike in the paper, users have no vector of their own before the graph: they are what
    they cared for, so that anyone with a history is answered.

    Source: He et al., "LightGCN: simplifying and powering graph convolution network for
    recommendation", 2020, equations 3, 4 and 15.

    Parameters
    ----------
    histories
        What each user cared for.
    items
        Size of the catalogue.
    config
        Size and training.
    progress
        Told of rows, round by round, with the loss of the round before.

    Raises
    ------
    InvalidInputError
        If nobody cared for anything.
    MissingExtraError
        If scipy is not installed.
    """
    different = histories.distinct()
    users = different.users
    graph = _Graph.of(interaction_matrix(different, items, "LightGCN"), config.layers)
    known = np.sort(users * items + different.items)
    random = generator(config.seed, "LightGCN")
    vectors = random.standard_normal((items, config.dim), np.float32) * np.float32(0.1)
    first, second, steps, told = np.zeros_like(vectors), np.zeros_like(vectors), 0, ""
    for epoch in range(1, config.epochs + 1):
        order = random.permutation(len(users))
        losses = 0.0
        for begin in range(0, len(order), _BATCH):
            rows = order[begin : begin + _BATCH]
            drawn = _draw_others(users[rows], known, items, random)
            loss, gradient = _bpr(
                graph, vectors, users[rows], different.items[rows], drawn, config.regularisation
            )
            losses, steps = losses + loss * len(rows), steps + 1
            first = _FIRST * first + (1 - _FIRST) * gradient
            second = _SECOND * second + (1 - _SECOND) * gradient**2
            spread = np.sqrt(second / (1 - _SECOND**steps)) + 1e-8
            vectors -= config.learning_rate * (first / (1 - _FIRST**steps)) / spread
            done = begin + len(rows)
            progress(f"epoch {epoch} of {config.epochs}{told}", done, len(order))
        told = f", loss {losses / len(order):.4f}"
    smoothed, _ = graph.smoothed(vectors)
    audience = np.maximum(np.bincount(different.items, minlength=items), 1)
    inputs = graph.given(vectors) / np.sqrt(audience)[:, None].astype(np.float32)
    return AsymmetricFactors(smoothed, inputs, popularity_scores(histories, items))


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    """Who cared for what, normalised: `to_users` is users × items, and `to_items` its transpose."""

    to_users: Any
    to_items: Any
    layers: int

    @staticmethod
    def of(ones: Any, layers: int) -> _Graph:
        """From a matrix of 1 where a user cared for an item."""
        lengths = np.diff(ones.indptr)
        audience = np.bincount(ones.indices)[ones.indices]
        matrix = ones.copy()
        matrix.data = (1 / np.sqrt(audience * np.repeat(lengths, lengths))).astype(np.float32)
        return _Graph(matrix, matrix.T.tocsr(), layers)

    def _steps(
        self, vectors: Float32[np.ndarray, "items dim"], count: int
    ) -> Float32[np.ndarray, "items dim"]:
        """The sum of vectors after 0, 2, 4, … steps, at most `count`, over all layers and one."""
        total, now = vectors.copy(), vectors
        for _ in range(count // 2):
            now = self.to_items @ (self.to_users @ now)
            total += now
        mean: Float32[np.ndarray, "items dim"] = total / np.float32(self.layers + 1)
        return mean

    def given(self, vectors: Float32[np.ndarray, "items dim"]) -> Float32[np.ndarray, "items dim"]:
        """What items give to users, one step further along the graph."""
        return self._steps(vectors, self.layers - 1)

    def smoothed(
        self, vectors: Float32[np.ndarray, "items dim"]
    ) -> tuple[Float32[np.ndarray, "items dim"], Float32[np.ndarray, "users dim"]]:
        """Items and users after the graph."""
        return self._steps(vectors, self.layers), self.to_users @ self.given(vectors)

    def backward(
        self,
        by_items: Float32[np.ndarray, "items dim"],
        by_users: Float32[np.ndarray, "users dim"],
    ) -> Float32[np.ndarray, "items dim"]:
        """The gradient of the vectors, from those of `smoothed`: each step is its own transpose."""
        through_users = self.given(self.to_items @ by_users)
        gradient: Float32[np.ndarray, "items dim"] = (
            self._steps(by_items, self.layers) + through_users
        )
        return gradient


def _draw_others(
    users: Int64[np.ndarray, " rows"],
    known: Int64[np.ndarray, " pairs"],
    items: int,
    random: np.random.Generator,
) -> Int64[np.ndarray, " rows"]:
    """A drawn item for each row that its user did not care for.

    Who cared for nearly all may get one of these all the same.

    Parameters
    ----------
    users
        Of the rows.
    known
        `user × items + item` of all that anybody cared for, rising.
    items
        Size of the catalogue.
    random
        What draws.
    """
    drawn = random.integers(items, size=len(users))
    for _ in range(_TRIES):
        again = np.flatnonzero(sorted_places(known, users * items + drawn) >= 0)
        if not len(again):
            break
        drawn[again] = random.integers(items, size=len(again))
    return drawn


def _bpr(
    graph: _Graph,
    vectors: Float32[np.ndarray, "items dim"],
    users: Int64[np.ndarray, " rows"],
    liked: Int64[np.ndarray, " rows"],
    drawn: Int64[np.ndarray, " rows"],
    regularisation: float,
) -> tuple[float, Float32[np.ndarray, "items dim"]]:
    """Mean of −log σ(s⁺ − s⁻) with its penalty, and its gradient."""
    by_item, by_user = graph.smoothed(vectors)
    apart, own = by_item[liked] - by_item[drawn], by_user[users]
    margins = (own * apart).sum(1)
    loss = float(np.logaddexp(0, -margins).mean())
    pull = (-1 / (1 + np.exp(margins)) / len(users)).astype(np.float32)[:, None]
    items = len(vectors)
    to_items = _sum_rows(liked, pull * own, items) - _sum_rows(drawn, pull * own, items)
    gradient = graph.backward(to_items, _sum_rows(users, pull * apart, len(by_user)))
    used, weight = np.concatenate([liked, drawn]), np.float32(regularisation / len(users))
    times = np.bincount(used, minlength=items).astype(np.float32)[:, None]
    loss += float(weight / 2 * (times * vectors**2).sum())
    return loss, gradient + weight * times * vectors


def _sum_rows(
    places: Int64[np.ndarray, " rows"], values: Float32[np.ndarray, "rows dim"], count: int
) -> Float32[np.ndarray, "count dim"]:
    """Sums of the rows of each place."""
    from scipy.sparse import csr_matrix

    ones = np.ones(len(places), np.float32)
    chosen = csr_matrix((ones, (places, np.arange(len(places)))), (count, len(places)))
    summed: Float32[np.ndarray, "count dim"] = chosen @ values
    return summed
