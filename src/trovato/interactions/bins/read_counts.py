"""Files and logs → counts by bin."""

from __future__ import annotations

import csv
import gzip
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

_COUNTS = ("bin", "item", "count")
_EVENTS = ("item", "time")


def read_counts(path: PathLike, *, bin: Bin = "week", absent: Absent = "zero") -> CountTable:  # noqa: A002
    """Counts of a file of comma-separated values with a header, plain or compressed (`.gz`).

    Parameters
    ----------
    path
        With the columns bin, item and count, whose labels of bins are in time order when sorted as
        text; or with item, time (seconds since 1970, or ISO 8601, UTC where it names no zone) and
        perhaps user: then events are counted.
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
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns = tuple(reader.fieldnames or ())
            if set(_COUNTS) <= set(columns):
                table = CountTable.of(_count_rows(path, reader), absent)
            elif set(_EVENTS) <= set(columns):
                table = bin_events(_event_rows(path, reader), bin)
            else:
                raise InvalidInputError(
                    f"{path} must have the columns bin, item, count, or item, time; "
                    f"it has {', '.join(columns) or 'none'}"
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


def _count_rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[str, str, float]]:
    for row in reader:
        yield row["bin"], row["item"], _number(path, reader.line_num, row["count"])


def _event_rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[str, str, float]]:
    for row in reader:
        yield row.get("user") or "", row["item"], _seconds(path, reader.line_num, row["time"])


def _number(path: Path, line: int, text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise UnreadableFileError(f"{path}, line {line}: wanted a number, got {text!r}") from None


def _seconds(path: Path, line: int, text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise UnreadableFileError(
            f"{path}, line {line}: wanted seconds since 1970 or a time as 2024-05-27T12:00, "
            f"got {text!r}"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
