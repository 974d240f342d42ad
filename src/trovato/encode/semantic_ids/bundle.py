"""A quantiser with the items that it has given ids to."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

from trovato.core import IdMap, InvalidInputError, check_many
from trovato.core.shapes import Float, Float32, Int64
from trovato.encode.semantic_ids.quantizers import Quantizer
from trovato.ops.quantization import CollisionRepair, add_digit, check_codes, move_to_free_ids


@dataclass(frozen=True, slots=True, eq=False)
class SemanticIds:
    """Semantic ids of a catalogue, and what made them.

    Parameters
    ----------
    items
        Ids of the items outside.
    codes
        The semantic id of each; one level more than the quantiser's where a digit was added.
    quantizer
        What made them, and will make those of new items.
    made
        How, as JSON holds it.

    Raises
    ------
    InvalidInputError
        If there is not one id in range for each item.
    """

    items: IdMap
    codes: Int64[np.ndarray, "items levels"]
    quantizer: Quantizer
    made: Mapping[str, Any]

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.items):
            raise InvalidInputError(
                f"each item needs one id, got {len(self.items)} items and {len(self.codes)} ids"
            )
        check_codes(self.codes, self.sizes)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each level; of an added digit, the size of the largest bucket."""
        known = self.quantizer.sizes
        if self.codes.shape[1] <= len(known):
            return known
        return (*known, int(self.codes[:, -1].max(initial=0)) + 1)

    @property
    def has_digit(self) -> bool:
        """Whether a digit was added that tells items of a bucket apart."""
        return bool(self.codes.shape[1] > len(self.quantizer.sizes))

    @property
    def fingerprint(self) -> str:
        """Changes when an id, an item or a number of the quantiser changes."""
        mark = zlib.crc32(json.dumps(list(self.items)).encode())
        for array in (self.codes, *parts_of(self.quantizer)[0].values()):
            mark = zlib.crc32(np.ascontiguousarray(array).view(np.uint8).data, mark)
        return f"{mark:08x}"

    def places(self, ids: Iterable[str | int]) -> Int64[np.ndarray, "some levels"]:
        """The semantic ids of some items, in the order asked for.

        Raises
        ------
        InvalidInputError
            If one of them is not here.
        """
        check_many("ids", ids)
        found = self.items.places(ids)
        if (found < 0).any():
            raise InvalidInputError(
                f"{int((found < 0).sum())} of {len(found)} items have no semantic id, the first is "
                f"number {int(np.flatnonzero(found < 0)[0])}: append them first"
            )
        codes: Int64[np.ndarray, "some levels"] = self.codes[found]
        return codes

    def append(
        self, ids: Iterable[str | int], vectors: Float32[np.ndarray, "new dim"]
    ) -> SemanticIds:
        """With new items, encoded by the quantiser as it is; no id given before changes.

        Raises
        ------
        InvalidInputError
            If an item is here already, or there is not one vector for each.
        """
        check_many("ids", ids)
        more = IdMap(ids)
        again = [one for one in more if one in self.items]
        if again:
            raise InvalidInputError(
                f"{len(again)} items have an id already, such as {again[0]!r}: append new ones only"
            )
        if len(more) != len(vectors):
            raise InvalidInputError(
                f"each item needs one vector, got {len(more)} and {len(vectors)}"
            )
        codes = self.quantizer.encode(vectors)
        known = self.codes
        if self.has_digit:
            both = np.concatenate([known[:, :-1], codes])
            taken = np.concatenate([known[:, -1], np.full(len(codes), -1)])
            codes = np.concatenate([codes, _next_digits(both, taken)[len(known) :, None]], axis=1)
        return replace(
            self,
            items=IdMap([*self.items, *more]),
            codes=np.concatenate([known, codes]),
            made={**self.made, "appended": int(self.made.get("appended", 0)) + len(more)},
        )

    def repair(
        self,
        policy: str,
        vectors: Float[np.ndarray, "items dim"] | None = None,
        *,
        capacity: int = 1,
        priority: Float[np.ndarray, " items"] | None = None,
    ) -> tuple[SemanticIds, CollisionRepair]:
        """Tell items with the same id apart.

        Parameters
        ----------
        policy
            `nearest`: to the nearest id with room, see `trovato.ops.quantization`; `digit`: one
            more digit.
        vectors
            Of the items, in their order; `nearest` needs them.
        capacity
            `nearest`: most items of an id.
        priority
            `digit`: who gets 0, such as the most popular.

        Raises
        ------
        InvalidInputError
            If there is no such policy, vectors are wanted, there is no room, or a digit was added
            already.
        """
        if self.has_digit:
            raise InvalidInputError("a digit tells these items apart already: nothing collides")
        made = {**self.made, "repair": policy, "capacity": capacity}
        if policy == "digit":
            codes = add_digit(self.codes, priority)
            return (
                replace(self, codes=codes, made=made),
                CollisionRepair(codes, np.flatnonzero(codes[:, -1]), 0.0, 0.0),
            )
        if policy != "nearest" or vectors is None:
            raise InvalidInputError(
                f"wanted the policy digit, or nearest with the vectors of the items; got {policy}"
                + ("" if vectors is not None else " without vectors")
            )
        done = move_to_free_ids(self.quantizer, vectors, self.codes, capacity)
        return replace(self, codes=done.codes, made=made), done


def parts_of(quantizer: Quantizer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arrays of a quantiser by their names, and its numbers.

    Raises
    ------
    InvalidInputError
        If it is no record of arrays and numbers.
    """
    if not is_dataclass(quantizer):
        raise InvalidInputError(f"{type(quantizer).__name__} is no record of arrays")
    values = {one.name: getattr(quantizer, one.name) for one in fields(quantizer)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    return arrays, {name: value for name, value in values.items() if name not in arrays}


def _next_digits(
    codes: Int64[np.ndarray, "items levels"], digits: Int64[np.ndarray, " items"]
) -> Int64[np.ndarray, " items"]:
    """Digits where some are −1: each of these gets the next of its bucket."""
    found, following = digits.copy(), dict[tuple[int, ...], int]()
    for place, code in enumerate(map(tuple, codes.tolist())):
        if found[place] < 0:
            found[place] = following.get(code, 0)
        following[code] = max(following.get(code, 0), int(found[place]) + 1)
    return found
