"""The items that can be recommended, each with a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Int64, UInt32


@dataclass(frozen=True, slots=True, eq=False)
class ItemIds:
    """Ids of items; an item's place is its rank among ids read as text, which breaks ties.

    Parameters
    ----------
    ids
        In the order of places.
    by_number
        Places by rising number of the id.
    kind
        What the items are, as `trovato.core.Item.kind` says it: "video", "book" and the like.
    """

    ids: UInt32[np.ndarray, " items"]
    by_number: Int64[np.ndarray, " items"]
    kind: str = "item"

    @staticmethod
    def of(ids: UInt32[np.ndarray, " items"], kind: str = "item") -> ItemIds:
        """The catalogue of distinct ids in any order.

        Raises
        ------
        InvalidInputError
            If an id comes twice.
        """
        if len(np.unique(ids)) < len(ids):
            raise InvalidInputError("a catalogue names each item once, but an id comes twice")
        digits = np.searchsorted(10 ** np.arange(1, 10, dtype=np.uint64), ids, side="right") + 1
        # As text, 10 and 100 come before 2: filled up with zeros, and the shorter one first.
        filled = ids.astype(np.uint64) * 10 ** (10 - digits).astype(np.uint64)
        ordered = ids[np.lexsort((digits, filled))]
        return ItemIds(ordered, np.argsort(ordered).astype(np.int64), kind)

    def places(self, ids: UInt32[np.ndarray, " some"]) -> Int64[np.ndarray, " some"]:
        """Where items stand; −1 for an item that is not in the catalogue."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        found = np.searchsorted(self.ids, ids, sorter=self.by_number)
        places = self.by_number[np.minimum(found, len(self.ids) - 1)]
        return np.where(self.ids[places] == ids, places, -1)

    def __len__(self) -> int:
        return len(self.ids)
