"""What a ranking has to know of items beside their scores, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import check_many
from trovato.core.shapes import Int64, UInt8
from trovato.ops import sorted_places


@dataclass(frozen=True, slots=True, eq=False)
class ItemColumns:
    """Rows of items, their files, and their external ids.

    Parameters
    ----------
    items
        Rising.
    files
        Number of the file of each.
    starts, letters
        The id of item `i` is `letters[starts[i]:starts[i + 1]]`, in UTF-8.
    """

    items: Int64[np.ndarray, " items"]
    files: Int64[np.ndarray, " items"]
    starts: Int64[np.ndarray, " items_plus_1"]
    letters: UInt8[np.ndarray, " letters"]

    @staticmethod
    def of(items: Sequence[int], files: Sequence[int], ids: Sequence[str]) -> ItemColumns:
        """Columns of rising items."""
        check_many("ids", ids)
        written = [name.encode() for name in ids]
        return ItemColumns(
            np.array(items, np.int64),
            np.array(files, np.int64),
            _starts(np.array([len(name) for name in written], np.int64)),
            np.frombuffer(b"".join(written), np.uint8),
        )

    def __len__(self) -> int:
        return len(self.items)

    def places_of(self, rows: Int64[np.ndarray, " rows"]) -> Int64[np.ndarray, " rows"]:
        """The place of each of those rows, −1 for those that are none of its items."""
        return sorted_places(self.items, rows)

    def id_at(self, place: int) -> str:
        """The external id of an item."""
        start, end = self.starts[place : place + 2].tolist()
        return self.letters[start:end].tobytes().decode()

    def take(self, places: Int64[np.ndarray, " taken"]) -> ItemColumns:
        """Columns of the items at those places."""
        starts = self.starts[places]
        lengths = self.starts[places + 1] - starts
        moved = _starts(lengths)
        letters = np.arange(moved[-1]) + np.repeat(starts - moved[:-1], lengths)
        return ItemColumns(self.items[places], self.files[places], moved, self.letters[letters])


def join_columns(parts: Sequence[ItemColumns]) -> ItemColumns:
    """Columns of the items of all parts, rising; no item is in two."""
    ends = np.cumsum([0, *(len(part.letters) for part in parts)])
    starts = [part.starts[:-1] + end for part, end in zip(parts, ends[:-1].tolist(), strict=True)]
    joined = ItemColumns(
        np.concatenate([part.items for part in parts]),
        np.concatenate([part.files for part in parts]),
        np.concatenate([*starts, ends[-1:]]),
        np.concatenate([part.letters for part in parts]),
    )
    return joined.take(np.argsort(joined.items, kind="stable"))


def _starts(lengths: Int64[np.ndarray, " items"]) -> Int64[np.ndarray, " items_plus_1"]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
