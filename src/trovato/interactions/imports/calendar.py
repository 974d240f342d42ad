"""When an imported log begins, and how many rows each of its days has: times are gone after it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, UnreadableFileError, atomic_path, fields
from trovato.interactions.imports.external_sort import Runs
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog

DAY = 86_400_000  # milliseconds


def write_calendar(
    layout: LogLayout, start: int, days: int, runs: Runs, highest_rating: float
) -> None:
    """Keep the first day, the days of a week, the rows of each day, and the highest rating."""
    rows = [runs.count(day, day + DAY) for day in range(start, runs.span[1] + 1, DAY)]
    with atomic_path(layout.calendar) as part:
        told = {"start": start, "days": days, "rows": rows, "highest_rating": highest_rating}
        part.write_text(json.dumps(told), encoding="utf-8")


def read_highest_rating(layout: LogLayout) -> float:
    """The highest rating that an import saw."""
    return float(json.loads(layout.calendar.read_text("utf-8"))["highest_rating"])


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of an imported log.

    Parameters
    ----------
    start
        When the first day begins, in milliseconds since 1970 (UTC).
    days
        How many of them a week has.
    rows
        Of each day.
    """

    start: int
    days: int
    rows: tuple[int, ...]

    @staticmethod
    def of(log: InteractionLog) -> Calendar:
        """Read it.

        Raises
        ------
        InvalidInputError
            If the log has none.
        UnreadableFileError
            If it is damaged.
        """
        path = _path(log)
        if path is None or not path.exists():
            raise InvalidInputError(
                "this log does not say on which days its rows lie: only imported logs do; name "
                "weeks, or a share of the rows"
            )
        try:
            told = json.loads(path.read_text("utf-8"))
            return Calendar(told["start"], told["days"], tuple(told["rows"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableFileError(f"cannot read {path}: {error}") from error

    def event(self, date: str) -> int:
        """The place (`fields.EVENT`) of the first row of a day such as 2023-11-18, or after it.

        Raises
        ------
        InvalidInputError
            If it is no date.
        """
        try:
            moment = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError as error:
            raise InvalidInputError(f"wanted a date such as 2023-11-18, got {date!r}") from error
        day = max(0, (round(moment.timestamp() * 1000) - self.start) // DAY)
        week = day // self.days
        row = int(np.sum(self.rows[week * self.days : day], dtype=np.int64))
        return (week << fields.EVENT_ROW_BITS) + row


def _path(log: InteractionLog) -> Path | None:
    return None if log.metadata is None else LogLayout(log.metadata, log.metadata).calendar
