"""What comes next: self-attention over the newest items of a history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import Sequences
from trovato.core.shapes import Bool, Float32, Int64
from trovato.retrieve.recommenders.dot_product import Products

_TOGETHER = 64  # histories of like length that are read at once
EMBEDDING_SCALE = 50  # times as large as for scoring is a vector for reading
_STEADY = np.float32(1e-5)  # below the root of a variance


@dataclass(frozen=True, slots=True, eq=False)
class SelfAttention:
    """Recommends what should come next after the newest items of a history, in their order.

    A transformer reads the items, oldest first, after a token that stands for the start; what it
    says at the last one is compared with the vectors of all items. It is fitted by
    `trovato.train.fit_sasrec`, and needs no torch to be used.

    Source: Kang and McAuley, "Self-attentive sequential recommendation", 2018, section III. Unlike
    there, normalisation also comes before keys and values, positions count from the newest item,
    and the start has a token, so that an empty history is answered too.

    Parameters
    ----------
    vectors
        One for each item, for reading and for scoring.
    positions
        Added to the newest item, to that before it, and so on to the start; one more than items
        are read.
    projections
        To queries, keys and values, and from what was attended to, for each block.
    layers, biases
        Of the two feed-forward layers of each block.
    scales, shifts
        Of the normalisations: two for each block, and the last.
    heads
        Parts of the vectors that attend apart.
    """

    vectors: Float32[np.ndarray, "items dim"]
    positions: Float32[np.ndarray, "length_plus_1 dim"]
    projections: Float32[np.ndarray, "blocks 4 dim dim"]
    layers: Float32[np.ndarray, "blocks 2 dim dim"]
    biases: Float32[np.ndarray, "blocks 2 dim"]
    scales: Float32[np.ndarray, "norms dim"]
    shifts: Float32[np.ndarray, "norms dim"]
    heads: int = 1

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.vectors)

    @property
    def max_sequence_length(self) -> int:
        """How many items of a history are read."""
        return len(self.positions) - 1

    def score(self, histories: Sequences) -> Products:
        """How likely each item is to come next, as numbers that only their order gives meaning."""
        recent = histories.last(self.max_sequence_length)
        users = np.empty((len(recent), self.vectors.shape[1]), np.float32)
        order = np.argsort(recent.lengths, kind="stable")
        for first in range(0, len(order), _TOGETHER):
            some = order[first : first + _TOGETHER]
            part = recent.take(some)
            there = np.arange(int(part.lengths.max()))[None, :] < part.lengths[:, None]
            items = np.zeros(there.shape, np.int64)
            items[there] = part.items
            users[some] = self.read(items, part.lengths)[np.arange(len(some)), part.lengths]
        return Products(users, self.vectors)

    def read(
        self, items: Int64[np.ndarray, "users length"], lengths: Int64[np.ndarray, " users"]
    ) -> Float32[np.ndarray, "users length_plus_1 dim"]:
        """What is known after the start and after each item; later items change nothing before.

        Parameters
        ----------
        items
            Places of the items of each user, oldest first, and anything after these.
        lengths
            How many items each user has.
        """
        length = items.shape[1] + 1
        ages = np.maximum(lengths[:, None] - np.arange(length), 0)
        state = self.positions[ages]
        state[:, 1:] += self.vectors[items] * np.float32(EMBEDDING_SCALE)
        hidden = np.triu(np.ones((length, length), bool), 1)
        for block in range(len(self.layers)):
            state += self._attend(self._normal(state, 2 * block), block, hidden)
            inner = self._normal(state, 2 * block + 1) @ self.layers[block, 0]
            inner = np.maximum(inner + self.biases[block, 0], 0)
            state += inner @ self.layers[block, 1] + self.biases[block, 1]
        return self._normal(state, len(self.scales) - 1)

    def _attend(
        self,
        state: Float32[np.ndarray, "users length dim"],
        block: int,
        hidden: Bool[np.ndarray, "length length"],
    ) -> Float32[np.ndarray, "users length dim"]:
        users, length, dim = state.shape
        queries, keys, values = (
            (state @ self.projections[block, part])
            .reshape(users, length, self.heads, dim // self.heads)
            .transpose(0, 2, 1, 3)
            for part in range(3)
        )
        weights = queries @ keys.swapaxes(2, 3) / np.float32(np.sqrt(dim // self.heads))
        weights[:, :, hidden] = -np.inf
        weights = np.exp(weights - weights.max(axis=3, keepdims=True))
        weights /= weights.sum(axis=3, keepdims=True)
        found = (weights @ values).transpose(0, 2, 1, 3).reshape(users, length, dim)
        attended: Float32[np.ndarray, "users length dim"] = found @ self.projections[block, 3]
        return attended

    def _normal(
        self, state: Float32[np.ndarray, "users length dim"], number: int
    ) -> Float32[np.ndarray, "users length dim"]:
        centred = state - state.mean(axis=2, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=2, keepdims=True) + _STEADY)
        normal: Float32[np.ndarray, "users length dim"] = (
            centred / spread * self.scales[number] + self.shifts[number]
        )
        return normal
