"""Text ids outside, whole numbers inside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

import numpy as np

from trovato.core.arguments import check_many
from trovato.core.errors import InvalidInputError, NotFoundError
from trovato.core.ids import as_id
from trovato.core.shapes import Int64, UInt8

# Ids that are looked through for near ones: a second's work, where an error is on its way anyway.
_LOOKED_THROUGH = 100_000


class IdMap:
    """Distinct text ids, each with a place from 0 on, in the order in which they were given.

    Parameters
    ----------
    ids
        Texts, or whole numbers, which become the text of themselves.
    what
        What has these ids, for messages: "item", "user" and the like.

    Raises
    ------
    InvalidInputError
        If an id comes twice, or is neither text nor a whole number.

    Examples
    --------
    >>> ids = IdMap(["B00A", "B00B", 17])
    >>> ids.index_of("B00B"), ids[2], len(ids)
    (1, '17', 3)
    """

    def __init__(self, ids: Iterable[str | int], what: str = "item") -> None:
        check_many("ids", ids)
        self.what = what
        self._ids = tuple(as_id(one, f"the id of {what} number {n}") for n, one in enumerate(ids))
        self._places = {one: place for place, one in enumerate(self._ids)}
        if len(self._places) < len(self._ids):
            twice = next(one for place, one in enumerate(self._ids) if self._places[one] != place)
            raise InvalidInputError(f"the {what} {twice!r} comes twice: name each once")

    def index_of(self, one: str | int) -> int:
        """The place of an id.

        Raises
        ------
        NotFoundError
            If it is not here; the message shows ids that are written alike.
        """
        name = as_id(one, f"the id of a {self.what}")
        if name not in self._places:
            near = get_close_matches(name, islice(self._ids, _LOOKED_THROUGH))
            some = ", ".join(map(repr, near or self._ids[:3]))
            hint = f"did you mean {some}?" if near else f"ids look like {some}" if some else ""
            raise NotFoundError(
                f"no {self.what} of {len(self):,} has the id {name!r}: {hint or 'there are none'}"
            )
        return self._places[name]

    def places(self, ids: Iterable[str | int]) -> Int64[np.ndarray, " some"]:
        """The places of several ids; −1 for one that is not here."""
        check_many("ids", ids)
        return np.array([self._places.get(as_id(one), -1) for one in ids], np.int64)

    def to_array(self) -> UInt8[np.ndarray, " bytes"]:
        """All ids as bytes that an artifact can hold beside its other arrays."""
        return np.frombuffer(json.dumps(self._ids).encode(), np.uint8)

    @staticmethod
    def from_array(array: UInt8[np.ndarray, " bytes"], what: str = "item") -> IdMap:
        """What `to_array` wrote.

        Raises
        ------
        InvalidInputError
            If it is something else.
        """
        try:
            ids = json.loads(array.tobytes())
        except ValueError as error:
            raise InvalidInputError("wanted ids of IdMap.to_array, got other bytes") from error
        if not isinstance(ids, list):
            raise InvalidInputError(f"wanted ids of IdMap.to_array, got a {type(ids).__name__}")
        return IdMap(ids, what)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ids):
            raise IndexError(f"place {place} of {len(self._ids)}")
        return self._ids[place]

    def __contains__(self, one: object) -> bool:
        return one in self._places

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self._ids[:3])) + (", …" if len(self) > 3 else "")
        return f"IdMap({len(self):,} ids of the kind {self.what}: {shown})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdMap) and self._ids == other._ids

    __hash__ = None  # type: ignore[assignment]
