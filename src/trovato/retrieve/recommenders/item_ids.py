"""The items that can be recommended, each with a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from trovato.core import Evidence, IdMap, InvalidInputError, Item, Ranking, as_id, check_many
from trovato.core.shapes import Float32, Int64, Integer, Shaped
from trovato.ops import NO_ITEM

_LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class ItemIds:
    """Ids of items; an item's place is its rank among ids read as text, which breaks ties.

    Ids are text outside. Those of a log are numbers inside, and have names where the log has them.

    Parameters
    ----------
    ids
        In the order of places: whole numbers, or the places themselves where ids are text.
    by_number
        Places by rising number of the id; None where ids are text.
    kind
        What the items are, as `trovato.core.Item.kind` says it: "video", "book" and the like.
    names
        What items are called outside, by place; None where they are called by their numbers.

    Examples
    --------
    >>> ItemIds.of(["B00B", "B00A"]).text_of([0, 1])
    ['B00A', 'B00B']
    """

    ids: Integer[np.ndarray, " items"]
    by_number: Int64[np.ndarray, " items"] | None
    kind: str = "item"
    names: IdMap | None = None

    @staticmethod
    def of(ids: Shaped[np.ndarray, " items"] | Iterable[str | int], kind: str = "item") -> ItemIds:
        """The catalogue of distinct ids in any order: whole numbers of up to 64 bits, or text.

        Raises
        ------
        InvalidInputError
            If an id comes twice, or is neither text nor a whole number.
        """
        check_many("ids", ids)
        given = ids if isinstance(ids, np.ndarray) else list(ids)
        numbers = _numbers(given)
        if numbers is None:
            names = IdMap(sorted(as_id(one, f"the id of a {kind}") for one in given), kind)
            return ItemIds(np.arange(len(names)), None, kind, names)
        if len(np.unique(numbers)) < len(numbers):
            raise InvalidInputError("a catalogue names each item once, but an id comes twice")
        ordered = numbers[_as_text(numbers)]
        return ItemIds(ordered, np.argsort(ordered).astype(np.int64), kind)

    def called(self, names: Sequence[str]) -> ItemIds:
        """The same catalogue, whose items are called by these names, in the order of places.

        Raises
        ------
        InvalidInputError
            If there are more or fewer names than items, or one comes twice.
        """
        check_many("names", names)
        if len(names) != len(self):
            raise InvalidInputError(
                f"wanted {len(self)} names, one for each item, got {len(names)}"
            )
        return replace(self, names=IdMap(names, self.kind))

    def renumbered(self, numbers: Mapping[str, int]) -> ItemIds:
        """The same catalogue for a log that gives its items other numbers.

        Parameters
        ----------
        numbers
            Of the items of that log, by name; items that it lacks get numbers above these.
        """
        if self.names is None:
            return self
        unused = count(max(numbers.values(), default=-1) + 1)
        ids = np.array([numbers.get(name, -1) for name in self.names], np.int64)
        ids[ids < 0] = [next(unused) for _ in range(int((ids < 0).sum()))]
        return replace(self, ids=ids, by_number=np.argsort(ids).astype(np.int64))

    def places(self, ids: Integer[np.ndarray, " some"]) -> Int64[np.ndarray, " some"]:
        """Where items of these numbers stand; −1 for one that is not in the catalogue.

        Raises
        ------
        InvalidInputError
            If items have no numbers, since their ids are text.
        """
        if self.by_number is None:
            raise InvalidInputError(
                "items of this catalogue are called by text and have no numbers: ask by their ids"
            )
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        if ids.dtype == np.uint64:  # compared with signed numbers, it would be rounded
            return np.where(ids <= _LARGEST, self.places(ids.astype(np.int64)), -1)
        found = np.searchsorted(self.ids, ids, sorter=self.by_number)
        places = self.by_number[np.minimum(found, len(self.ids) - 1)]
        return np.where(self.ids[places] == ids, places, -1)

    def places_of(self, names: Iterable[str]) -> Int64[np.ndarray, " some"]:
        """Where items stand that are called so outside; −1 for one that is not in the catalogue.

        Raises
        ------
        InvalidInputError
            If the catalogue has whole numbers, and a name is none.
        """
        check_many("names", names)
        if self.names is not None:
            return self.names.places(names)
        texts = [as_id(one) for one in names]
        try:
            numbers = [int(one) for one in texts]
        except ValueError as error:
            raise InvalidInputError(
                f"items of this catalogue are called by whole numbers, got {texts}"
            ) from error
        fits = [number if abs(number) <= _LARGEST else -1 for number in numbers]
        exact = [str(number) == text for number, text in zip(fits, texts, strict=True)]
        return np.where(exact, self.places(np.array(fits, np.int64)), -1)

    def index_of(self, name: str) -> int:
        """The place of the item that is called so outside.

        Raises
        ------
        InvalidInputError
            If there is none; the message shows names that are written alike.
        """
        if self.names is not None:
            return self.names.index_of(name)
        place = int(self.places_of([name])[0])
        if place < 0:
            some = ", ".join(self.text_of(range(min(3, len(self)))))
            raise InvalidInputError(
                f"no {self.kind} of {len(self):,} has the id {name!r}: ids look like {some}"
            )
        return place

    def text_of(self, places: Iterable[int] | np.ndarray) -> list[str]:
        """What the items at these places are called outside."""
        if self.names is not None:
            return [self.names[int(place)] for place in places]
        return [str(self.ids[place]) for place in places]

    def ranking(
        self, places: Int64[np.ndarray, " hits"], scores: Float32[np.ndarray, " hits"]
    ) -> Ranking:
        """Items at these places with their scores, as they are called outside.

        `NO_ITEM` among the places is passed over.
        """
        there = places != NO_ITEM
        return Ranking.of(
            (Item(name, self.kind, ""), float(score), Evidence())
            for name, score in zip(self.text_of(places[there]), scores[there], strict=True)
        )

    def __len__(self) -> int:
        return len(self.ids)


def _numbers(
    ids: Shaped[np.ndarray, " items"] | Sequence[str | int],
) -> Integer[np.ndarray, " items"] | None:
    """Ids as an array of whole numbers; None where they are text, or larger than 64 bits hold."""
    if not isinstance(ids, np.ndarray):
        if not ids or not all(isinstance(one, int) and abs(one) <= _LARGEST for one in ids):
            return None
        return np.array(ids, np.int64)
    if ids.dtype.kind not in "iu" or (ids.dtype == np.uint64 and (ids > _LARGEST).any()):
        return None
    return ids if ids.dtype == np.uint32 else ids.astype(np.int64)


def _as_text(numbers: Integer[np.ndarray, " items"]) -> Int64[np.ndarray, " items"]:
    """The order of numbers read as text."""
    if numbers.dtype != np.uint32:
        return np.argsort(numbers.astype(str))
    digits = np.searchsorted(10 ** np.arange(1, 10, dtype=np.uint64), numbers, side="right") + 1
    # As text, 10 and 100 come before 2: filled up with zeros, and the shorter one first.
    filled = numbers.astype(np.uint64) * 10 ** (10 - digits).astype(np.uint64)
    return np.lexsort((digits, filled))
