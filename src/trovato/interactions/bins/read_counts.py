"""Files and logs → counts by bin."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from trovato.core import (
    InvalidInputError,
    PathLike,
    ProgressCallback,
    UnreadableFileError,
    fields,
    no_progress,
)
from trovato.interactions.bins.count_table import Absent, CountTable
from trovato.interactions.bins.from_events import Bin, bin_events
from trovato.interactions.counts.counts import weekly_counts
from trovato.interactions.storage.log import InteractionLog

# What other tools call the columns; of several in a file, the one named first here.
_NAMES = {
    "bin": ("bin", "week", "day", "month", "period", "date", "ds"),
    "item": ("item", "item_id", "unique_id"),
    "count": ("count", "value", "views", "sales", "quantity", "y"),
    "time": ("time", "timestamp", "datetime", "date"),
    "user": ("user", "user_id"),
}
_COUNTS = ("bin", "item", "count")
_EVENTS = ("item", "time")
# Dates whose order as text is not that of time: the day or month first, or without its zero.
_UNORDERED = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$|\d{4}[/.-](\d$|\d[/.-]|\d\d[/.-]\d$)")
_MOST = 1e15  # whole numbers are exact up to here
_FARTHEST = 5e10  # seconds from 1970, in the year 3554


def read_counts(path: PathLike, *, bin: Bin = "week", absent: Absent = "zero") -> CountTable:  # noqa: A002
    """Counts of a file of comma-separated values with a header, plain or compressed (`.gz`).

    Parameters
    ----------
    path
        With the columns bin, item and count, whose labels of bins are whole numbers, or in time
        order when sorted as text, as 2024-05-27; or with item, time (seconds since 1970, or ISO
        8601, UTC where it names no zone) and perhaps user: then events are counted. Between columns
        stands a comma, a semicolon or a tab; their names may have capitals, and may be those of
        other tools, such as date, item_id and sales, or ds, unique_id and y.
    bin
        What events are counted by.
    absent
        What a pair of item and bin without a row means, in a file of counts.

    Raises
    ------
    InvalidInputError
        If it has other columns, or no row.
    UnreadableFileError
        If it cannot be read, or a row has no number where one is wanted; the line is named.
    """
    path = Path(path)
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            between = max(",;\t", key=header.count)
            named = next(csv.reader([header], delimiter=between), [])
            columns = _renamed([name.strip().lower() for name in named])
            reader = csv.DictReader(file, columns, delimiter=between)
            if set(_COUNTS) <= set(columns):
                rows = list(_count_rows(path, reader))
                table = CountTable.of(rows, absent, _in_time(path, {row[0] for row in rows}))
            elif set(_EVENTS) <= set(columns):
                table = bin_events(_event_rows(path, reader), bin)
            else:
                raise InvalidInputError(
                    f"{path} must have the columns bin, item, count, or item, time, or such names "
                    f"as date, item_id, sales; it has {', '.join(named) or 'none'}: name them so "
                    "in its first line"
                )
    except (OSError, UnicodeError, csv.Error, EOFError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    if not len(table):
        raise InvalidInputError(f"{path} has no rows: a forecast needs counts of some bins")
    return table


def log_counts(log: InteractionLog, progress: ProgressCallback = no_progress) -> CountTable:
    """Rows of each item in each week of a log.

    Raises
    ------
    UnreadableFileError
        If a file is damaged.
    """
    ids, at, places, counts = np.zeros(0, np.uint32), [], [], []
    weeks = log.numbers
    for done, (week, counted) in enumerate(weekly_counts(log, fields.ITEM), start=1):
        ids, there = counted.ids, np.flatnonzero(counted.rows)
        at.append(np.full(len(there), week - weeks[0], np.int64))
        places.append(there)
        counts.append(counted.rows[there].astype(np.float64))
        progress("counting weeks", done, len(weeks))
    names = [str(one) for one in ids.tolist()]
    order = np.argsort(np.array(names), kind="stable")
    moved = np.empty(len(names), np.int64)
    moved[order] = np.arange(len(names))
    labels = tuple(f"week {week:02d}" for week in weeks)
    empty_places, empty_counts = [np.zeros(0, np.int64)], [np.zeros(0)]
    return CountTable.of_arrays(
        tuple(names[place] for place in order),
        labels,
        np.concatenate(at or empty_places),
        moved[np.concatenate(places or empty_places)],
        np.concatenate(counts or empty_counts),
    )


def _renamed(columns: list[str]) -> list[str]:
    """The columns by our names: those of counts if all are there, else those of events."""
    for wanted in (_COUNTS, (*_EVENTS, "user"), _EVENTS):
        found = [next((name for name in _NAMES[one] if name in columns), None) for one in wanted]
        if None not in found:
            ours = dict(zip(found, wanted, strict=True))
            return [ours.get(name, name) for name in columns]
    return columns


def _count_rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[str, str, float]]:
    for row in reader:
        line = reader.line_num + 1  # the first one was read before
        item = _item(path, line, row["item"])
        yield row["bin"], item, _number(path, line, row["count"])


def _event_rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[str, str, float]]:
    for row in reader:
        line = reader.line_num + 1
        item = _item(path, line, row["item"])
        yield row.get("user") or "", item, _seconds(path, line, row["time"])


def _in_time(path: Path, labels: set[str]) -> list[str]:
    """Labels of bins, oldest first."""
    if all(label.isdecimal() for label in labels):
        return sorted(labels, key=lambda label: (int(label), label))
    for label in sorted(labels):
        if _UNORDERED.match(label):
            raise InvalidInputError(
                f"{path}: labels of bins are ordered as text, so a date is written as 2024-05-27, "
                f"got {label!r}"
            )
    return sorted(labels)


def _item(path: Path, line: int, text: str | None) -> str:
    if not text:
        raise UnreadableFileError(f"{path}, line {line}: wanted an item, got none")
    return text


def _number(path: Path, line: int, text: str | None) -> float:
    try:
        count = float(text or "")
    except ValueError:
        raise UnreadableFileError(f"{path}, line {line}: wanted a number, got {text!r}") from None
    if not 0 <= count <= _MOST:
        raise UnreadableFileError(
            f"{path}, line {line}: a count is from 0 to {_MOST:.0e}, got {text!r}"
        )
    return count


def _seconds(path: Path, line: int, text: str | None) -> float:
    try:
        seconds = float(text or "")
    except ValueError:
        pass
    else:
        if not abs(seconds) <= _FARTHEST:
            raise UnreadableFileError(
                f"{path}, line {line}: wanted seconds since 1970, got {text}: divide milliseconds "
                f"by 1000"
            )
        return seconds
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise UnreadableFileError(
            f"{path}, line {line}: wanted seconds since 1970 or a time as 2024-05-27T12:00, "
            f"got {text!r}"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
