"""Sorting more rows than memory holds: sorted runs on the disk, merged block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from trovato.core import atomic_path
from trovato.core.shapes import Int64, Shaped
from trovato.interactions.imports.events import ROW

Rows = Shaped[np.ndarray, " rows"]  # of the kind ROW


def write_runs(folder: Path, blocks: Iterator[tuple[Int64[np.ndarray, " rows"], Rows]]) -> None:
    """Sort each block by time and append it; nothing counts until all are there.

    Parameters
    ----------
    folder
        Gets `times`, `rows` and, last, `runs.json`.
    blocks
        Times and rows, in the order of the files; each fits into memory.

    Raises
    ------
    StorageError
        If the disk is full.
    """
    lengths = []
    with (
        atomic_path(folder / "times") as times_part,
        atomic_path(folder / "rows") as rows_part,
        times_part.open("wb") as times_file,
        rows_part.open("wb") as rows_file,
    ):
        for times, rows in blocks:
            order = np.argsort(times, kind="stable")
            times[order].tofile(times_file)
            rows[order].tofile(rows_file)
            lengths.append(len(times))
    with atomic_path(folder / "runs.json") as path:
        path.write_text(json.dumps(lengths), encoding="utf-8")


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Sorted runs, of which parts are read as they are needed.

    Parameters
    ----------
    folder
        Where they lie.
    times
        Of all runs, one after the other; mapped, to look for times in.
    edges
        Where each run begins, and the end of the last.
    """

    folder: Path
    times: Int64[np.ndarray, " rows"]
    edges: tuple[int, ...]

    @staticmethod
    def open(folder: Path) -> Runs:
        """Open what `write_runs` wrote."""
        lengths = json.loads((folder / "runs.json").read_text(encoding="utf-8"))
        edges = (0, *np.cumsum(lengths, dtype=np.int64).tolist())
        if not edges[-1]:
            return Runs(folder, np.zeros(0, np.int64), (0,))
        times = np.memmap(folder / "times", np.int64, mode="r", shape=(edges[-1],))
        return Runs(folder, times, edges)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last time."""
        firsts = [int(self.times[start]) for start, _ in self._runs()]
        lasts = [int(self.times[end - 1]) for _, end in self._runs()]
        return min(firsts), max(lasts)

    def between(self, start: int, stop: int, most: int) -> Iterator[Rows]:
        """Rows from `start` to before `stop` by time; where times are equal, in order of the files.

        Parameters
        ----------
        start, stop
            Times.
        most
            Rows of a block, at most.
        """
        while start < stop:
            pieces = self.pieces(start, stop)
            total = sum(high - low for low, high in pieces)
            if not total:
                return
            begin = min(int(self.times[low]) for low, high in pieces if high > low)
            end = stop if total <= most else self._cut(begin, stop, most)
            pieces = self.pieces(begin, end)
            if sum(high - low for low, high in pieces) <= most:
                times, rows = self._read("times", pieces), self._read("rows", pieces)
                yield rows[np.argsort(times, kind="stable")]
            else:  # all of one moment, so the order of the files is their order
                for low, high in pieces:
                    for first in range(low, high, most):
                        yield self._read("rows", [(first, min(first + most, high))])
            start = end

    def _cut(self, begin: int, stop: int, most: int) -> int:
        """The last time with at most so many rows before it, or the moment after `begin`."""
        low, high = begin + 1, stop
        while low < high:
            middle = (low + high + 1) // 2
            fits = sum(b - a for a, b in self.pieces(begin, middle)) <= most
            low, high = (middle, high) if fits else (low, middle - 1)
        return low

    def pieces(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Of each run, the rows from `start` to before `stop`."""
        found = []
        for first, last in self._runs():
            low, high = np.searchsorted(self.times[first:last], [start, stop])
            found.append((first + int(low), first + int(high)))
        return found

    def count(self, start: int, stop: int) -> int:
        """How many rows there are from `start` to before `stop`."""
        return sum(high - low for low, high in self.pieces(start, stop))

    def _read(self, name: str, pieces: list[tuple[int, int]]) -> Shaped[np.ndarray, " rows"]:
        """Pieces of a file, one after the other; read, so that what was read is not kept mapped."""
        kind = ROW if name == "rows" else np.dtype(np.int64)
        with (self.folder / name).open("rb") as file:
            parts = []
            for low, high in pieces:
                file.seek(low * kind.itemsize)
                parts.append(np.fromfile(file, kind, high - low))
        return np.concatenate(parts)

    def _runs(self) -> Iterator[tuple[int, int]]:
        return pairwise(self.edges)
