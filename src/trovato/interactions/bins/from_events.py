"""Events with times → counts by day, week or month, in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np

from trovato.core import InvalidInputError
from trovato.interactions.bins.count_table import CountTable

Bin = Literal["day", "week", "month"]


def bin_events(events: Iterable[tuple[str, str, float]], bin: Bin = "week") -> CountTable:  # noqa: A002
    """Count events by item and bin; who did the same to the same item twice in a bin counts once.

    The newest bin is left out unless an event lies on its last day, for a part of a bin looks like
    a fall.

    Parameters
    ----------
    events
        (user, item, seconds since 1970), in any order. An empty user is nobody: all its events
        count.
    bin
        Labels are the first day of it, as 2024-05-27; weeks begin on Monday.

    Raises
    ------
    InvalidInputError
        If there is no event.
    """
    seen: set[tuple[str, str, date]] = set()
    rows: list[tuple[date, str]] = []
    newest = -np.inf
    for user, item, seconds in events:
        first = _first_day(datetime.fromtimestamp(seconds, UTC).date(), bin)
        newest = max(newest, seconds)
        if user:
            if (user, item, first) in seen:
                continue
            seen.add((user, item, first))
        rows.append((first, item))
    if not rows:
        raise InvalidInputError("a forecast needs events, got none")
    labels = _labels(min(rows)[0], max(rows)[0], bin)
    day = datetime.fromtimestamp(newest, UTC).date()
    if _following(labels[-1], bin) - day > timedelta(1) and len(labels) > 1:
        labels.pop()
    known = set(labels)
    return CountTable.of(
        ((str(first), item, 1.0) for first, item in rows if first in known),
        bins=[str(label) for label in labels],
    )


def _first_day(day: date, bin: Bin) -> date:  # noqa: A002
    if bin == "week":
        return day - timedelta(day.weekday())
    return day.replace(day=1) if bin == "month" else day


def _following(first: date, bin: Bin) -> date:  # noqa: A002
    if bin == "month":
        return (first + timedelta(31)).replace(day=1)
    return first + timedelta(7 if bin == "week" else 1)


def _labels(first: date, last: date, bin: Bin) -> list[date]:  # noqa: A002
    labels = [first]
    while labels[-1] < last:
        labels.append(_following(labels[-1], bin))
    return labels
