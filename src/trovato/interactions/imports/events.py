"""What a reader of some format hands over: events in the order of their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import UnreadableFileError, fields
from trovato.core.shapes import Int64, Shaped
from trovato.interactions.storage import schema

# One row of a log, without its time.
ROW = np.dtype(
    [
        (fields.USER, np.uint32),
        (fields.ITEM, np.uint32),
        *((name, np.uint8) for name in fields.INTERACTION[2:]),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Some rows of a file.

    Parameters
    ----------
    times
        Milliseconds, of any origin.
    users, items
        Ids: numbers, or an array of Arrow with texts.
    values
        Other columns of a log; those that are absent are 0.
    lengths
        Seconds that the item of each row lasts, 0 where that is not said; None where the format
        never says it.
    highest_rating
        Of these rows; 0 where there are none.
    """

    times: Int64[np.ndarray, " rows"]
    users: Any
    items: Any
    values: Mapping[str, Shaped[np.ndarray, " rows"]] = field(default_factory=dict)
    lengths: Int64[np.ndarray, " rows"] | None = None
    highest_rating: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Files of a source that become one log, in their order.

    Parameters
    ----------
    name
        Of the folder that it goes to; empty for the log itself.
    files
        What is read.
    read
        Gives the events of one of the files.
    """

    name: str
    files: tuple[Path, ...]
    read: Callable[[Path], Iterator[Events]]


class LargeIdsError(Exception):
    """Ids that need more than 32 bits: the source is read again, with ids as texts."""


def whole_ids(
    path: Path, name: str, values: Int64[np.ndarray, " rows"], first: int, text_ids: bool
) -> Any:
    """Ids of 32 bits, or all ids as texts.

    Raises
    ------
    LargeIdsError
        If one is too large for a number.
    UnreadableFileError
        If one is below 0; `first` is the line of the first value.
    """
    wrong = np.flatnonzero(values < 0)
    if len(wrong):
        raise UnreadableFileError(
            f"{path}, line {first + int(wrong[0])}: {name} must be at least 0, got "
            f"{values[wrong[0]]}"
        )
    if text_ids:
        pa = schema.arrow()
        return pa.array(values).cast(pa.string())
    if (values >> 32).any():
        raise LargeIdsError
    return values.astype(np.uint32)
