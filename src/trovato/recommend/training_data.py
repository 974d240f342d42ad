"""What recommenders are fitted to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from trovato.core import IdMap, InvalidInputError, Sequences, as_id, field_rows, fields
from trovato.core.shapes import Int64
from trovato.retrieve.recommenders import ItemIds, UserHistories
from trovato.train import Impression

TIME = "timestamp"


@runtime_checkable
class TrainingData(Protocol):
    """An `Experiment`, or `Interactions` without a log."""

    @property
    def catalogue(self) -> ItemIds:
        """All items."""

    @property
    def histories(self) -> Sequences:
        """What each user cared for, oldest first."""

    @property
    def embeddings(self) -> Path | None:
        """The file of content vectors, if there is one."""

    def training(self) -> Iterator[Impression]:
        """The rows to learn from, read anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """Who cared for what, without a log; all is held in memory.

    Parameters
    ----------
    catalogue
        All items that anybody cared for.
    known
        Users in the order in which they first come, and what they cared for.

    Examples
    --------
    >>> seen = Interactions.of([("ann", "M"), ("bob", "M"), ("bob", "Ran")])
    >>> len(seen.catalogue)
    2
    """

    catalogue: ItemIds
    known: UserHistories

    @staticmethod
    def of(source: Iterable[Any]) -> Interactions:
        """Read rows of `user_id` and `item_id`, and of `timestamp` if there is one.

        Parameters
        ----------
        source
            Tuples or other records, or a data frame; see `trovato.core.field_rows`. Ids are text; a
            whole number is the text of itself. Times are numbers or dates, and only order the rows;
            without them, rows stand in their order.

        Raises
        ------
        InvalidInputError
            If there are no rows, an id is neither text nor a whole number, or times cannot be
            compared; the message counts rows from 1.
        """
        users: list[str] = []
        items: list[str] = []
        times: list[Any] = []
        rows = field_rows(source, (fields.USER, fields.ITEM), (TIME,))
        for number, (user, item, *time) in enumerate(rows, start=1):
            users.append(as_id(user, f"row {number}: {fields.USER}"))
            items.append(as_id(item, f"row {number}: {fields.ITEM}"))
            times += time
            if any(one != one for one in time):  # NaN and its like cannot be ordered
                raise InvalidInputError(f"row {number}: wanted a {TIME}, got {time[0]!r}")
        if not users:
            raise InvalidInputError(
                f"there is nothing to learn from: wanted rows of {fields.USER}, {fields.ITEM}"
            )
        order = _in_time(times) if times else np.arange(len(users))
        names, catalogue = IdMap(dict.fromkeys(users), "user"), ItemIds.of(dict.fromkeys(items))
        who, what = names.places(users)[order], catalogue.places_of(items)[order]
        return Interactions(catalogue, UserHistories(names, Sequences.of(who, what, len(names))))

    @property
    def histories(self) -> Sequences:
        """What each user cared for, oldest first."""
        return self.known.sequences

    @property
    def embeddings(self) -> None:
        """Interactions say nothing about what items are."""

    def training(self) -> Iterator[Impression]:
        """All rows, as of one week; each is positive."""
        items = self.histories.items
        yield Impression(0, items, np.ones(len(items), bool))


def _in_time(times: list[Any]) -> Int64[np.ndarray, " rows"]:
    try:
        return np.array(sorted(range(len(times)), key=times.__getitem__), np.int64)
    except TypeError as error:
        raise InvalidInputError(
            f"each {TIME} must be a number, or each a date, so that rows can be ordered: {error}"
        ) from error
