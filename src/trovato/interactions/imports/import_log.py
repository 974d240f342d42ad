"""A log of other origin, written as one of ours: by time, week by week."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
from trovato.interactions.imports.calendar import DAY, read_highest_rating, write_calendar
from trovato.interactions.imports.durations import Lengths
from trovato.interactions.imports.events import ROW, LargeIdsError, Part
from trovato.interactions.imports.external_sort import Rows, Runs, write_runs
from trovato.interactions.imports.formats import FORMATS
from trovato.interactions.imports.grow import Earlier, growing, read_recipe
from trovato.interactions.imports.options import ImportOptions
from trovato.interactions.imports.text_files import find_files
from trovato.interactions.imports.titles import write_titles
from trovato.interactions.splits.resumable_output import WORK, resumable_output
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partition_writer import week_writer

if TYPE_CHECKING:
    import pyarrow as pa

_TOGETHER = 1 << 21  # rows that are sorted at a time
_MOST_WEEKS = 100
_RATING = "highest_rating"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it.

    Parameters
    ----------
    logs
        The log, under the empty name, and those that were kept apart from it.
    named
        Whether ids were texts, so that `metadata/` says which number stands for which.
    highest_rating
        That was seen; 0 where nothing is rated.
    """

    logs: dict[str, InteractionLog]
    named: bool
    highest_rating: float


def import_log(
    form: str,
    source: PathLike,
    folder: PathLike,
    *,
    days: int = 7,
    options: ImportOptions = ImportOptions(),
    titles: PathLike | None = None,
    together: int = _TOGETHER,
    progress: ProgressCallback = no_progress,
) -> Imported:
    """Bring a log of other origin to the columns of ours, in the order in which things happened.

    Rows are sorted by their time; where times are equal, they stay in the order of the files. A
    week begins at midnight (UTC) of the first day. Ids that are numbers of 32 bits stay; others
    become numbers in the order in which they come. Memory follows `together`, at about 150 bytes
    for each row, and the number of texts that are ids. Killed while files are read, the next run
    begins anew; killed while weeks are written, it goes on after the last whole week, to the same
    bytes. Where the folder holds an earlier export of the same source, weeks that have not changed
    stay as they are, and so do the numbers of users and items.

    Parameters
    ----------
    form
        A name of `FORMATS`.
    source
        A file, or a folder that holds the files.
    folder
        Gets `interactions/week_NN.parquet`, `metadata/user_names.parquet` and `item_names.parquet`
        where ids were texts, `items_metadata.parquet` where the source says how long items last,
        `calendar.json`, `recipe.json`, and a folder for each part that is kept apart.
    days
        How many days a week has; more where there would be over 100 weeks.
    options
        What the source does not say itself.
    titles
        A table with titles of items; by default an `.item` file beside an `.inter` file.
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
    titles = Path(titles) if titles is not None else _titles_beside(form, source)
    parts = FORMATS[form](source, options)
    recipe = {"format": form, "days": days, **options.recipe(), "source": _fingerprint(parts)}
    job = _Import(form, source, folder, days, options, titles, together, progress)
    if (earlier := read_recipe(folder)) is None:
        return job.write(folder, recipe, Earlier())
    with growing(folder, earlier, recipe) as place:
        job.write(place, recipe, Earlier.of(folder))
    return job.opened(folder)


@dataclass(frozen=True, slots=True)
class _Import:
    """What is to be brought, and how."""

    form: str
    source: Path
    folder: Path
    days: int
    options: ImportOptions
    titles: Path | None
    together: int
    progress: ProgressCallback

    def write(self, folder: Path, recipe: dict[str, Any], earlier: Earlier) -> Imported:
        """Write all weeks that are not there."""
        with resumable_output(folder, recipe):
            try:
                runs = self._sorted(folder, earlier)
                start, length = _calendar(self.source, runs, self.days, earlier.start)
            except (InvalidInputError, UnreadableFileError):
                for place in (WORK, "metadata"):  # nothing of the log is there yet: leave no claim
                    shutil.rmtree(folder / place, ignore_errors=True)
                raise
            if self.titles is not None:
                write_titles(self.titles, LogLayout.of(folder), self.options)
            done, total = 0, sum(len(found.times) for found in runs.values())
            for name, found in runs.items():
                first, last = ((time - start) // length for time in found.span)
                for week in range(first, last + 1):
                    path = folder / name / "interactions" / f"week_{week:02d}.parquet"
                    begin = start + week * length
                    if not path.exists():
                        with week_writer(path) as writer:
                            for rows in found.between(
                                begin, begin + length, max(self.together // 4, 1)
                            ):
                                writer.add(_batch(rows))
                    done += found.count(begin, begin + length)
                    self.progress("writing weeks", done, total)
            write_calendar(LogLayout.of(folder), start, self.days, runs[""], self._highest(folder))
        return self.opened(folder)

    def opened(self, folder: Path) -> Imported:
        """The log and what is kept apart from it, as they lie in the folder."""
        names = (part.name for part in FORMATS[self.form](self.source, self.options))
        logs = {
            name: InteractionLog.open(folder / name)
            for name in names
            if (folder / name / "interactions").is_dir()
        }
        named = any((folder / "metadata").glob("*_names.parquet"))
        return Imported(logs, named, read_highest_rating(LogLayout.of(folder)))

    def _highest(self, folder: Path) -> float:
        path = folder / WORK / _RATING
        return float(path.read_text("utf-8")) if path.exists() else 0.0

    def _sorted(self, folder: Path, earlier: Earlier) -> dict[str, Runs]:
        """Read the files of each part, once; a second time where ids need more than 32 bits."""
        try:
            return self._runs(folder, earlier, self.options)
        except LargeIdsError:
            for place in (folder / WORK).iterdir():
                if place.is_dir():
                    shutil.rmtree(place)
            return self._runs(folder, earlier, replace(self.options, text_ids=True))

    def _runs(self, folder: Path, earlier: Earlier, options: ImportOptions) -> dict[str, Runs]:
        runs = {}
        for part in FORMATS[self.form](self.source, options):
            place = folder / WORK / (part.name or "log")
            if not (place / "runs.json").exists():
                known = {name: dict(numbers) for name, numbers in earlier.numbers.items()}
                write_runs(place, _blocks(part, folder, known, self.together, self.progress))
            found = Runs.open(place)
            if len(found.times):
                runs[part.name] = found
        return runs


def _titles_beside(form: str, source: Path) -> Path | None:
    """The `.item` file of RecBole that belongs to an `.inter` file."""
    found = find_files(source, "*.inter") if form == "inter" else ()
    beside = [path.with_suffix(".item") for path in found if path.suffix == ".inter"]
    return next((path for path in beside if path.exists()), None)


def _calendar(source: Path, runs: dict[str, Runs], days: int, start: int | None) -> tuple[int, int]:
    """When the first week begins, and how long a week is, in milliseconds."""
    if "" not in runs:
        raise InvalidInputError(f"{source} has no rows")
    first = min(found.span[0] for found in runs.values())
    if start is None:
        start = first // DAY * DAY
    elif first < start:
        raise InvalidInputError(
            f"{source} has rows from before the first week of the log that is there: bring it to a "
            "new folder"
        )
    weeks = (max(found.span[1] for found in runs.values()) - start) // (days * DAY) + 1
    if weeks > _MOST_WEEKS:
        raise InvalidInputError(
            f"{source} spans {weeks} weeks of {days} days, at most {_MOST_WEEKS} have names: take "
            f"weeks of {-(-weeks * days // _MOST_WEEKS)} days, unless times are in another unit"
        )
    return start, days * DAY


def _blocks(
    part: Part,
    folder: Path,
    known: dict[str, dict[str, int]],
    together: int,
    progress: ProgressCallback,
) -> Iterator[tuple[Int64[np.ndarray, " rows"], Rows]]:
    """Rows with their times, so many at a time; at the end, what numbers stand for is written."""
    lengths = Lengths(LogLayout.of(folder).items)
    times, rows, waiting, highest = list[Any](), list[Any](), 0, 0.0
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
            highest = max(highest, events.highest_rating)
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
    if highest:
        with atomic_path(folder / WORK / _RATING) as path:
            path.write_text(repr(highest), encoding="utf-8")


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
