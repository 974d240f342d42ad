"""The rewards of a pool of examples, as a table of means: rollouts themselves are not kept."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    PathLike,
    ProgressCallback,
    UnreadableFileError,
    as_id,
    no_progress,
)
from trovato.core.shapes import Float64, Int64

_IDS = ("id", "sample_id", "example")
_REWARDS = ("reward", "rewards")
_TOLD = 10_000  # lines between two words of progress


@dataclass(frozen=True, slots=True, eq=False)
class RewardTable:
    """One row for each example.

    Parameters
    ----------
    ids
        In the order in which they first came; row i of embeddings and gradients belongs to id i.
    means, stds
        Of the rewards of an example; nan for one that has none, and the deviation (n − 1) is 0 for
        a single one.
    counts
        Its rewards: missing ones and nan are left out.
    segments
        What each belongs to, such as cold or warm users; empty text where nothing was said.
    missing
        Rewards that were missing or nan.
    """

    ids: tuple[str, ...]
    means: Float64[np.ndarray, " examples"]
    stds: Float64[np.ndarray, " examples"]
    counts: Int64[np.ndarray, " examples"]
    segments: tuple[str, ...]
    missing: int

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def order(self) -> Int64[np.ndarray, " examples"]:
        """Rows by id: as numbers if all ids are whole numbers, else as text."""
        if all(one.isascii() and one.isdigit() for one in self.ids):
            return np.argsort(np.array([int(one) for one in self.ids], object), kind="stable")
        return np.argsort(np.array(self.ids, object), kind="stable")

    @staticmethod
    def of(rows: Iterable[Mapping[str, Any]]) -> RewardTable:
        """Gather rewards; an id may come several times, as in a log with a line for each rollout.

        Parameters
        ----------
        rows
            Each with `id` (or `sample_id`, `example`), `reward` or `rewards` (a number, a list, or
            null), and perhaps `segment`.

        Raises
        ------
        InvalidInputError
            If a row lacks an id or rewards, or a reward is no finite number.
        """
        builder = _Builder()
        for number, row in enumerate(rows, 1):
            builder.add(row, f"row {number}")
        return builder.table()


def read_rewards(path: PathLike, *, progress: ProgressCallback = no_progress) -> RewardTable:
    """Read a file of rewards, row by row: `.parquet`, else one JSON object per line.

    Parameters
    ----------
    path
        With the fields that `RewardTable.of` takes; others are skipped.
    progress
        Told of bytes of JSON, or rows of Parquet.

    Raises
    ------
    InvalidInputError
        As `RewardTable.of` says, with the line.
    MissingExtraError
        If Parquet is read without pyarrow.
    UnreadableFileError
        If the file is not there or damaged.
    """
    path = Path(path)
    builder = _Builder()
    rows = _parquet(path, progress) if path.suffix == ".parquet" else _json_lines(path, progress)
    try:
        for place, row in rows:
            builder.add(row, place)
    except OSError as error:
        raise UnreadableFileError(f"cannot read {path}: {error.strerror or error}") from error
    return builder.table()


class _Builder:
    """Running means and sums of squared deviations (Welford 1962)."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._means: list[float] = []
        self._squares: list[float] = []
        self._counts: list[int] = []
        self._segments: list[str] = []
        self._missing = 0

    def add(self, row: Mapping[str, Any], place: str) -> None:
        name = next((key for key in _IDS if key in row), None)
        field = next((key for key in _REWARDS if key in row), None)
        if name is None or field is None:
            raise InvalidInputError(
                f"{place} needs an id ({', '.join(_IDS)}) and {' or '.join(_REWARDS)}, got the "
                f"fields {', '.join(map(str, row)) or 'none'}"
            )
        at = self._row(as_id(row[name], f"{name} in {place}"), str(row.get("segment") or ""))
        values = row[field] if isinstance(row[field], list) else [row[field]]
        for value in values:
            self._reward(at, value, place)

    def table(self) -> RewardTable:
        counts = np.array(self._counts, np.int64)
        means = np.where(counts > 0, np.array(self._means, np.float64), np.nan)
        free = np.maximum(counts - 1, 1)
        stds = np.where(counts > 0, np.sqrt(np.array(self._squares, np.float64) / free), np.nan)
        return RewardTable(
            tuple(self._rows), means, stds, counts, tuple(self._segments), self._missing
        )

    def _row(self, key: str, segment: str) -> int:
        at = self._rows.setdefault(key, len(self._rows))
        if at == len(self._means):
            self._means.append(0.0)
            self._squares.append(0.0)
            self._counts.append(0)
            self._segments.append(segment)
        return at

    def _reward(self, at: int, value: object, place: str) -> None:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            self._missing += 1
            return
        if isinstance(value, bool | int | float) and math.isfinite(value):
            self._counts[at] += 1
            change = value - self._means[at]
            self._means[at] += change / self._counts[at]
            self._squares[at] += change * (value - self._means[at])
            return
        raise InvalidInputError(f"a reward must be a finite number or null, got {value!r}, {place}")


def _json_lines(path: Path, progress: ProgressCallback) -> Iterator[tuple[str, Mapping[str, Any]]]:
    total = path.stat().st_size
    read = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            read += len(line)
            if not number % _TOLD or read == total:
                progress("reading rewards", read, total)
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UnreadableFileError(
                    f"line {number} of {path} is not JSON ({error}): one object per line is wanted"
                ) from error
            if not isinstance(row, dict):
                raise InvalidInputError(f"line {number} of {path} is no JSON object: {row!r:.60}")
            yield f"line {number} of {path}", row


def _parquet(path: Path, progress: ProgressCallback) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow", "logs", "reading Parquet") from error
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            wanted = [n for n in (*_IDS, *_REWARDS, "segment") if n in file.schema_arrow.names]
            total, number = file.metadata.num_rows, 0
            for batch in file.iter_batches(columns=wanted):
                for row in batch.to_pylist():
                    number += 1
                    yield f"row {number} of {path}", row
                progress("reading rewards", number, total)
    except pyarrow.ArrowInvalid as error:
        raise UnreadableFileError(f"{path} is not a whole Parquet file: {error}") from error
