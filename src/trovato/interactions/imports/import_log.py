"""A log of other origin, written as one of ours: by time, week by week."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    PathLike,
    ProgressCallback,
    UnreadableFileError,
    atomic_path,
    fields,
    no_progress,
)
from trovato.core.shapes import Int64, UInt32
from trovato.interactions.imports.durations import Lengths
from trovato.interactions.imports.events import ROW, Part
from trovato.interactions.imports.external_sort import Rows, Runs, write_runs
from trovato.interactions.imports.formats import FORMATS
from trovato.interactions.splits.resumable_output import WORK, resumable_output
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partition_writer import week_writer

if TYPE_CHECKING:
    import pyarrow as pa

_DAY = 86_400_000  # milliseconds
_TOGETHER = 1 << 21  # rows that are sorted at a time
_MOST_WEEKS = 100


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it.

    Parameters
    ----------
    logs
        The log, under the empty name, and those that were kept apart from it.
    named
        Whether ids were texts, so that `metadata/` says which number stands for which.
    """

    logs: dict[str, InteractionLog]
    named: bool


def import_log(
    form: str,
    source: PathLike,
    folder: PathLike,
    *,
    days: int = 7,
    together: int = _TOGETHER,
    progress: ProgressCallback = no_progress,
) -> Imported:
    """Bring a log of other origin to the columns of ours, in the order in which things happened.

    Rows are sorted by their time; where times are equal, they stay in the order of the files. A
    week begins at midnight (UTC) of the first day. Ids that are numbers stay; texts become numbers
    in the order in which they come. Memory follows `together`, at about 150 bytes for each row, and
    the number of texts that are ids. Killed while files are read, the next run begins anew; killed
    while weeks are written, it goes on after the last whole week, to the same bytes.

    Parameters
    ----------
    form
        A name of `FORMATS`.
    source
        A file, or a folder that holds the files.
    folder
        Gets `interactions/week_NN.parquet`, `metadata/user_names.parquet` and `item_names.parquet`
        where ids were texts, `items_metadata.parquet` where the source says how long items last,
        `recipe.json`, and a folder for each part that is kept apart.
    days
        How many days a week has; more where there would be over 100 weeks.
    together
        Rows that are sorted at a time.
    progress
        Told of what is read and written.

    Raises
    ------
    InvalidInputError
        If there is no such format, the source holds nothing of it or no rows, there would be over
        100 weeks, or the folder holds something else.
    StorageError
        If the disk is full.
    UnreadableFileError
        If a file is not of the format; the message says where.
    """
    source, folder = Path(source), Path(folder)
    if form not in FORMATS:
        raise InvalidInputError(f"no format is called {form!r}; use one of {', '.join(FORMATS)}")
    if days < 1 or together < 1:
        raise InvalidInputError(f"days and together must be at least 1, got {days} and {together}")
    if not source.exists():
        raise InvalidInputError(f"there is nothing at {source}")
    parts = FORMATS[form](source)
    recipe = {"format": form, "days": days, "source": _fingerprint(parts)}
    with resumable_output(folder, recipe):
        try:
            runs = {part.name: _sorted(part, folder, together, progress) for part in parts}
            runs = {name: found for name, found in runs.items() if len(found.times)}
            start, length = _calendar(source, runs, days)
        except (InvalidInputError, UnreadableFileError):
            for place in (WORK, "metadata"):  # nothing of the log is there yet: leave no claim
                shutil.rmtree(folder / place, ignore_errors=True)
            raise
        done, total = 0, sum(len(found.times) for found in runs.values())
        for name, found in runs.items():
            first, last = ((time - start) // length for time in found.span)
            for week in range(first, last + 1):
                path = folder / name / "interactions" / f"week_{week:02d}.parquet"
                begin = start + week * length
                if not path.exists():
                    with week_writer(path) as writer:
                        for rows in found.between(begin, begin + length, max(together // 4, 1)):
                            writer.add(_batch(rows))
                done += sum(high - low for low, high in found.pieces(begin, begin + length))
                progress("writing weeks", done, total)
    logs = {name: InteractionLog.open(folder / name) for name in runs}
    return Imported(logs, any((folder / "metadata").glob("*_names.parquet")))


def _calendar(source: Path, runs: dict[str, Runs], days: int) -> tuple[int, int]:
    """When the first week begins, and how long a week is, in milliseconds."""
    if "" not in runs:
        raise InvalidInputError(f"{source} has no rows")
    start = min(found.span[0] for found in runs.values()) // _DAY * _DAY
    weeks = (max(found.span[1] for found in runs.values()) - start) // (days * _DAY) + 1
    if weeks > _MOST_WEEKS:
        raise InvalidInputError(
            f"{source} spans {weeks} weeks of {days} days, at most {_MOST_WEEKS} have names: take "
            f"weeks of {-(-weeks * days // _MOST_WEEKS)} days"
        )
    return start, days * _DAY


def _sorted(part: Part, folder: Path, together: int, progress: ProgressCallback) -> Runs:
    """Read the files of a part, once."""
    place = folder / WORK / (part.name or "log")
    if not (place / "runs.json").exists():
        write_runs(place, _blocks(part, folder, together, progress))
    return Runs.open(place)


def _blocks(
    part: Part, folder: Path, together: int, progress: ProgressCallback
) -> Iterator[tuple[Int64[np.ndarray, " rows"], Rows]]:
    """Rows with their times, so many at a time; at the end, what numbers stand for is written."""
    known = {fields.USER: dict[str, int](), fields.ITEM: dict[str, int]()}
    lengths = Lengths(LogLayout.of(folder).items)
    times, rows, waiting = list[Any](), list[Any](), 0
    done, total = 0, sum(path.stat().st_size for path in part.files)
    for path in part.files:
        for events in part.read(path):
            made = np.zeros(len(events.times), ROW)
            for name, ids in ((fields.USER, events.users), (fields.ITEM, events.items)):
                made[name] = ids if isinstance(ids, np.ndarray) else _numbers(ids, known[name])
            for name, values in events.values.items():
                made[name] = values
            if events.lengths is not None:
                lengths.add(made[fields.ITEM], events.lengths)
            times.append(events.times)
            rows.append(made)
            waiting += len(made)
            if waiting >= together:
                yield np.concatenate(times), np.concatenate(rows)
                times, rows, waiting = [], [], 0
        done += path.stat().st_size
        progress("reading files (bytes)", done, total)
    if waiting:
        yield np.concatenate(times), np.concatenate(rows)
    for column, numbers in known.items():
        if numbers:
            _write_names(folder, column, numbers)
    lengths.write()


def _numbers(texts: Any, known: dict[str, int]) -> UInt32[np.ndarray, " rows"]:
    """Numbers for texts, in the order in which they first came."""
    coded = texts.dictionary_encode()
    numbers = [known.setdefault(text, len(known)) for text in coded.dictionary.to_pylist()]
    found: UInt32[np.ndarray, " rows"] = np.array(numbers, np.uint32)[coded.indices.to_numpy()]
    return found


def _write_names(folder: Path, column: str, known: dict[str, int]) -> None:
    pa, layout = schema.arrow(), LogLayout.of(folder)
    path = layout.user_names if column == fields.USER else layout.item_names
    table = pa.table({column: pa.array(range(len(known)), pa.uint32()), "name": list(known)})
    with atomic_path(path) as part:
        pa.parquet.write_table(table, part, compression="zstd")


def _batch(rows: Rows) -> pa.RecordBatch:
    pa = schema.arrow()
    kinds = schema.interactions()
    arrays = [
        np.ascontiguousarray(rows[field.name]).astype(
            np.bool_ if field.type == pa.bool_() else rows.dtype[field.name]
        )
        for field in kinds
    ]
    return pa.RecordBatch.from_arrays([pa.array(one) for one in arrays], schema=kinds)


def _fingerprint(parts: tuple[Part, ...]) -> str:
    """Names and sizes of the files."""
    found = hashlib.sha256()
    for part in parts:
        for path in part.files:
            found.update(f"{part.name} {path.name} {path.stat().st_size}\n".encode())
    return found.hexdigest()[:16]
