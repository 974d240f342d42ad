"""What each of many people has seen, in one array, never padded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trovato.core.errors import InvalidInputError
from trovato.core.shapes import Int64, Integer


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Places of items in a catalogue: user `u` owns `items[offsets[u]:offsets[u+1]]`, oldest first.

    Raises
    ------
    InvalidInputError
        If the offsets do not describe the items.
    """

    items: Int64[np.ndarray, " rows"]
    offsets: Int64[np.ndarray, " users_plus_1"]

    def __post_init__(self) -> None:
        if not len(self.offsets) or self.offsets[0] != 0 or self.offsets[-1] != len(self.items):
            raise InvalidInputError(
                f"offsets must start at 0 and end at the number of rows ({len(self.items)}), "
                f"got {self.offsets[:1]} … {self.offsets[-1:]}"
            )
        if bool(np.any(np.diff(self.offsets) < 0)):
            raise InvalidInputError("offsets must never fall; nobody has fewer than 0 rows")

    @staticmethod
    def of(
        users: Integer[np.ndarray, " rows"], items: Integer[np.ndarray, " rows"], count: int
    ) -> Sequences:
        """Histories of the users 0 … `count` − 1 from pairs, whose order is kept."""
        order = np.argsort(users, kind="stable")
        offsets = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(users, minlength=count), out=offsets[1:])
        return Sequences(items[order].astype(np.int64), offsets)

    @property
    def lengths(self) -> Int64[np.ndarray, " users"]:
        """Rows of each user."""
        return np.diff(self.offsets)

    @property
    def users(self) -> Int64[np.ndarray, " rows"]:
        """The user of each row."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def last(self, count: int) -> Sequences:
        """The newest rows of each user, at most `count`."""
        age = np.repeat(self.offsets[1:], self.lengths) - np.arange(len(self.items))
        kept = np.minimum(self.lengths, count)
        return Sequences(self.items[age <= count], np.concatenate([[0], np.cumsum(kept)]))

    def distinct(self) -> Sequences:
        """Each item of a user once, where it came last."""
        rows = np.arange(len(self.items))
        order = np.lexsort((rows, self.items, self.users))
        items, users = self.items[order], self.users[order]
        again = np.zeros(len(rows), bool)
        again[:-1] = (items[1:] == items[:-1]) & (users[1:] == users[:-1])
        kept = np.sort(order[~again])
        return Sequences.of(self.users[kept], self.items[kept], len(self))

    def take(self, users: Int64[np.ndarray, " some"]) -> Sequences:
        """The histories of some users, in the order asked for."""
        lengths = self.lengths[users]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        shift = np.repeat(self.offsets[users] - offsets[:-1], lengths)
        return Sequences(self.items[np.arange(len(shift)) + shift], offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, user: int) -> Int64[np.ndarray, " rows"]:
        if not 0 <= user < len(self):
            raise IndexError(f"user {user} of {len(self)}")
        return self.items[self.offsets[user] : self.offsets[user + 1]]

    def __iter__(self) -> Iterator[Int64[np.ndarray, " rows"]]:
        return (self[user] for user in range(len(self)))
