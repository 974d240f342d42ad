"""Many small segments, and the rows of deleted pages, become few whole segments."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import CorruptCollectionError, ProgressCallback, no_progress
from trovato.core.shapes import Int64, UInt16
from trovato.index.store.fields import StoredField
from trovato.index.store.segments import (
    delete_segments,
    insert_segment,
    items_left,
    next_segment,
    recount,
    segment_records,
)
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.inverted_lists import cells_records, map_cells
from trovato.index.vectors.ivf_codec import Codebook, newest_codebook, read_codec
from trovato.index.vectors.projection import read_projection
from trovato.index.vectors.segment_file import (
    Segment,
    SegmentRecord,
    check_content,
    map_segment,
    segment_name,
    write_arrays,
)
from trovato.index.writing.train_centroids import cells_of_segment, store_cells
from trovato.index.writing.transaction import GroupCommits
from trovato.ops import CellLists, CentroidGroups, Postings

# Tokens of a segment that is not merged any further: 0.5 GB at 128 dimensions.
WHOLE = 1 << 22
# Vectors copied at a time.
_BLOCK = 1 << 13
# A merged segment has room for at most so many numbers per page that is left: 8 bytes each.
_SPARSE = 16


@dataclass(frozen=True, slots=True)
class Compaction:
    """What a compaction did.

    Parameters
    ----------
    merged, written
        Segments that went, and those that took their place.
    bytes_before, bytes_after
        Length of the ones and of the others.
    """

    merged: int = 0
    written: int = 0
    bytes_before: int = 0
    bytes_after: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring segments of a field, and what of them is not deleted.

    Parameters
    ----------
    field
        Whose vectors they hold.
    segments
        By rising first item.
    rows
        Vectors of items that are left.
    pages, first, last
        Number of items that are left, and the first and last of them.
    """

    field: StoredField
    segments: tuple[SegmentRecord, ...]
    rows: int
    pages: int
    first: int
    last: int

    @property
    def stored(self) -> tuple[VectorFormat, int]:
        """Form and codebook that all its vectors are stored with."""
        return self.segments[0].vector_format, self.segments[0].codebook

    @property
    def dead(self) -> int:
        """Vectors of deleted items."""
        return sum(segment.rows for segment in self.segments) - self.rows

    def __add__(self, right: Run) -> Run:
        """One run of both; `right` comes after."""
        return Run(
            self.field,
            self.segments + right.segments,
            self.rows + right.rows,
            self.pages + right.pages,
            self.first,
            right.last,
        )


def plan(segments: Sequence[Run], max_tokens: int) -> list[Run]:
    """Choose what to merge: the logarithmic method of Bentley and Saxe (1980) on neighbours.

    A run takes in the one before it while that is at most twice its size, unless both together
    would pass `max_tokens`. So sizes fall by halves from left to right between whole segments, and
    each merge after a row's first one makes its segment at least half as large again: a row is
    copied O(log(max_tokens / group)) times however often this is done. A segment that is left
    alone is written anew when a quarter of its vectors or more are dead.

    Parameters
    ----------
    segments
        Runs of one segment each, by rising first item.
    max_tokens
        Vectors of a merged segment, at most.
    """
    runs: list[Run] = []
    for segment in segments:
        run = segment
        while runs and _belong_together(runs[-1], run, max_tokens):
            run = runs.pop() + run
        runs.append(run)
    return [run for run in runs if len(run.segments) > 1 or 4 * run.dead >= run.rows + run.dead > 0]


def compact(
    commits: GroupCommits,
    *,
    max_tokens: int,
    time_budget_s: float = np.inf,
    min_segments: int = 1,
    progress: ProgressCallback = no_progress,
) -> Compaction:
    """Merge segments of all fields; each merge is a commit, and nothing that can be read changes.

    The content of every source is checked before it is copied: damage never gets a new checksum.

    Parameters
    ----------
    commits
        The open writer's; what it holds is committed first.
    max_tokens
        Vectors of a merged segment, at most.
    time_budget_s
        No merge is begun later than this.
    min_segments
        Do nothing unless so many segments are to be merged.
    progress
        Told how many vectors are merged.

    Raises
    ------
    CorruptCollectionError
        If a source is damaged. It stays, as all that is not merged yet.
    StorageError
        If the system refuses.
    """
    commits.commit()
    began = time.monotonic()
    runs = [
        run
        for field in commits.fields.values()
        for run in plan(_measured(commits, field), max_tokens)
    ]
    if sum(len(run.segments) for run in runs) < min_segments:
        return Compaction()
    done: list[tuple[Run, int]] = []
    total = sum(run.rows for run in runs)
    for run in runs:
        if time.monotonic() - began > time_budget_s:
            break
        progress("merging vectors", sum(run.rows for run, _ in done), total)
        done.append((run, _merge(commits, run)))
        commits.collect_garbage()
    progress("merging vectors", total, total)
    return Compaction(
        merged=sum(len(run.segments) for run, _ in done),
        written=len(done),
        bytes_before=sum(segment.bytes for run, _ in done for segment in run.segments),
        bytes_after=sum(length for _, length in done),
    )


def _belong_together(left: Run, right: Run, max_tokens: int) -> bool:
    return (
        left.stored == right.stored
        and left.rows <= 2 * right.rows
        and left.rows + right.rows <= max_tokens
        and right.last - left.first < _SPARSE * (left.pages + right.pages)
    )


def _measured(commits: GroupCommits, field: StoredField) -> list[Run]:
    runs = []
    for record in segment_records(commits.connection, field.number):
        if record.live == record.items - record.gaps:  # all are there: nothing is to be read
            last = record.first_item + record.items - 1
            run = Run(field, (record,), record.rows, record.live, record.first_item, last)
            runs.append(run)
            continue
        items = items_left(commits.connection, record)
        rows = record.rows
        if len(items) < record.items:
            offsets = map_segment(commits.segments / record.file_name, record, field.dim).offsets
            places = items - record.first_item
            rows = int((offsets[places + 1] - offsets[places]).sum())
        runs.append(Run(field, (record,), rows, len(items), int(items[0]), int(items[-1])))
    return runs


def _merge(commits: GroupCommits, run: Run) -> int:
    """Write a run as one segment in place of its own; the length of the new file."""
    sources: list[tuple[Segment, list[tuple[int, int]]]] = []
    counts = np.zeros(run.last - run.first + 2, np.int64)
    for record in run.segments:
        path = commits.segments / record.file_name
        segment = map_segment(path, record, run.field.dim)
        check_content(path, record)
        items = items_left(commits.connection, record)
        starts, ends = segment.offsets[items - record.first_item + np.arange(2)[:, None]]
        counts[items - run.first + 1] = ends - starts
        sources.append((segment, _stretches(starts, ends)))
    vector_format, codebook = run.stored
    kept = [stretches for _, stretches in sources]
    with commits.step() as connection:
        number = next_segment(connection)
        path = commits.segments / segment_name(number)
        written = write_arrays(
            path,
            run.field.dim,
            vector_format,
            np.cumsum(counts),
            *(
                _blocks([(segment.arrays[which], stretches) for segment, stretches in sources])
                for which in (0, 1)
            ),
        )
        held = len(counts) - 1
        record = SegmentRecord(
            number,
            run.first,
            held,
            0,
            run.rows,
            *written,
            held - run.pages,
            vector_format,
            codebook,
        )
        book = newest_codebook(connection, run.field.number)
        cells = None if book is None else _merged_cells(commits, run, book, kept)
        delete_segments(connection, [source.number for source in run.segments])
        insert_segment(connection, run.field.number, record)
        recount(connection, number)
        if book is not None:
            if cells is None:
                codec = read_codec(connection, codebook, vector_format.bits)
                segment = map_segment(path, record, run.field.dim, codec)
                projection = read_projection(connection, run.field.number)
                cells = cells_of_segment(
                    segment, CentroidGroups(book.centroids), projection, threads=1
                )
            store_cells(connection, commits.segments, record, book, *cells)
    commits.commit()
    return written[0]


def _merged_cells(
    commits: GroupCommits, run: Run, book: Codebook, kept: Sequence[Sequence[tuple[int, int]]]
) -> tuple[CellLists, UInt16[np.ndarray, " rows"] | None] | None:
    """Cells of a run's items, where those of all its segments are known and whole.

    And the cells of its vectors, which are `kept` ranges of each segment's, where those are known.
    """
    records = {record.segment: record for record in cells_records(commits.connection)}
    counts = np.zeros(run.last - run.first + 2, np.int64)
    parts = [np.zeros(0, np.uint16)]
    tokens: list[UInt16[np.ndarray, " rows"]] | None = [np.zeros(0, np.uint16)]
    for segment, stretches in zip(run.segments, kept, strict=True):
        record = records.get(segment.number)
        if record is None or record.codebook != book.number:
            return None
        path = commits.segments / record.file_name
        try:
            cells = map_cells(path, record, segment.items, len(book.centroids))
        except CorruptCollectionError:
            return None
        lists = cells.lists.lists() if isinstance(cells.lists, Postings) else cells.lists
        if cells.tokens is None or tokens is None:
            tokens = None
        else:
            tokens += [cells.tokens[start:end] for start, end in stretches]
        items = items_left(commits.connection, segment)
        starts, ends = lists.offsets[items - segment.first_item + np.arange(2)[:, None]]
        counts[items - run.first + 1] = ends - starts
        parts += [lists.cells[start:end] for start, end in _stretches(starts, ends)]
    lists = CellLists(np.concatenate(parts), np.cumsum(counts), len(book.centroids))
    return lists, None if tokens is None else np.concatenate(tokens)


def _stretches(
    starts: Int64[np.ndarray, " items"], ends: Int64[np.ndarray, " items"]
) -> list[tuple[int, int]]:
    """Ranges of rows, joined where one begins at the end of another."""
    breaks = np.flatnonzero(starts[1:] != ends[:-1])
    first, last = np.r_[0, breaks + 1], np.r_[breaks, len(ends) - 1]
    return list(zip(starts[first].tolist(), ends[last].tolist(), strict=True))


def _blocks(sources: list[tuple[np.ndarray, list[tuple[int, int]]]]) -> Iterator[np.ndarray]:
    for array, stretches in sources:
        for start, end in stretches:
            for at in range(start, end, _BLOCK):
                yield array[at : min(at + _BLOCK, end)]
