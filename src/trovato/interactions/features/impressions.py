"""The rows of a log as arrays, a part at a time and in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import fields
from trovato.core.shapes import Bool, Shaped, UInt32
from trovato.interactions.relevance import POSITIVES
from trovato.interactions.splits.split import Split
from trovato.interactions.storage.log import InteractionLog

_TOGETHER = 1 << 20  # rows

Columns = dict[str, Shaped[np.ndarray, " rows"]]


@dataclass(frozen=True, slots=True, eq=False)
class Impressions:
    """Some rows of one week, in the order of the file."""

    week: int
    users: UInt32[np.ndarray, " rows"]
    items: UInt32[np.ndarray, " rows"]
    positive: Bool[np.ndarray, " rows"]


def read_impressions(
    log: InteractionLog, positive: str, split: Split, parts: Collection[int]
) -> Iterator[Impressions]:
    """Read who was shown what, and whether they cared, in some parts of a split.

    Parameters
    ----------
    positive
        What counts as caring for an item, by its name in `POSITIVES`.
    log, split, parts
        As for `read_parts`.

    Raises
    ------
    UnreadableFileError
        If a file is damaged.
    """
    rule = POSITIVES[positive]
    wanted = [fields.USER, fields.ITEM, *rule.columns]
    for week, read in read_parts(log, wanted, split, parts):
        yield Impressions(week, read[fields.USER], read[fields.ITEM], rule(read))


def read_parts(
    log: InteractionLog, names: Sequence[str], split: Split, parts: Collection[int]
) -> Iterator[tuple[int, Columns]]:
    """Read columns of the rows in some parts of a split; memory holds about a million rows.

    Weeks that have none of these rows are not read.

    Parameters
    ----------
    log
        What is parted.
    names
        Of `fields.INTERACTION`.
    split
        How.
    parts
        Of `TRAIN`, `VALIDATION` and `TEST`.

    Yields
    ------
    The week, and the columns by name.

    Raises
    ------
    UnreadableFileError
        If a file is damaged.
    """
    assigner = split.assigner(log)
    for week in log.by_week():
        number = week.numbers[0]
        goes_to = set(split.parts(number))
        apart = not goes_to <= set(parts)  # otherwise all rows of the week are wanted
        if not apart or goes_to.isdisjoint(parts):
            assigner.skip(week)
            if apart:
                continue
        for batch in week.batches([*names, fields.EVENT] if apart else names, _TOGETHER):
            read = {name: batch[name].to_numpy(zero_copy_only=False) for name in names}
            if apart:
                kept = np.isin(assigner.assign(number, batch), list(parts))
                read = {name: values[kept] for name, values in read.items()}
            yield number, read
