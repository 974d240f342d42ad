"""Logs written to the disk week by week: killed at any moment, the next run goes on."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trovato.core import InvalidInputError, StorageError, atomic_path, columns
from trovato.data.logs import schema
from trovato.data.logs.cutting import GROUP, write_week
from trovato.data.logs.layout import LogLayout
from trovato.data.logs.listener import Listener, silent
from trovato.data.logs.log import Log
from trovato.data.logs.split import PARTS, Split
from trovato.data.logs.subset import Subset
from trovato.data.logs.tables import write_tables

if TYPE_CHECKING:
    import pyarrow as pa


def write_subset(log: Log, subset: Subset, folder: Path, listener: Listener = silent) -> Log:
    """Write the rows of a subset, in the layout of the published ones, with its tables.

    Killed at any moment, the next run goes on after the last whole week, to the same bytes.

    Parameters
    ----------
    log
        To cut from.
    subset
        What stays.
    folder
        Gets `train/`, `validation/`, `test/`, `metadata/`, and `recipe.json`: the subset, and a
        fingerprint of what it was cut from.
    listener
        Told of each week.

    Returns
    -------
    The subset, opened.

    Raises
    ------
    InvalidInputError
        If the folder holds something else.
    StorageError
        If the disk is full; weeks that are whole are kept for the next run.
    UnreadableFileError
        If a file of the log is damaged.
    """
    kept = subset.of(log)
    with _claimed(folder, {"subset": subset.name, "seed": subset.seed, **_source(log)}):
        layout, done, total = LogLayout(folder, folder / "metadata"), 0, log.stored_rows
        for week in kept.by_week():
            path = layout.week(week.numbers[0])
            if not path.exists():
                write_week(week, path)
            done += week.stored_rows
            listener("writing the subset", done, total)
        write_tables(kept, layout)
    return Log.open(folder)


def write_split(
    log: Log, split: Split, folder: Path, listener: Listener = silent
) -> dict[str, Log]:
    """Write each part of a split as a log of its own, beside the tables.

    Killed at any moment, the next run goes on after the last whole week, to the same bytes.

    Parameters
    ----------
    log
        To part.
    split
        How.
    folder
        Gets `train/`, `validation/`, `test/`, `metadata/` and `recipe.json`.
    listener
        Told of each week.

    Returns
    -------
    The parts that have weeks, opened, by name.

    Raises
    ------
    InvalidInputError, StorageError, UnreadableFileError
        As for `write_subset`.
    """
    how: dict[str, Any] = {"split": type(split).__name__, **asdict(split)}  # type: ignore[call-overload]
    with _claimed(folder, {**how, **_source(log)}):
        dealer, done, total = split.dealer(log), 0, log.stored_rows
        for week in log.by_week():
            number = week.numbers[0]
            paths = {
                part: folder / PARTS[part] / week.files[0].path.name
                for part in dealer.parts(number)
            }
            if all(path.exists() for path in paths.values()):
                dealer.skip(week)
            elif len(paths) == 1:
                write_week(week, *paths.values())
            else:
                with ExitStack() as files:
                    writers = {
                        part: files.enter_context(_writer(path)) for part, path in paths.items()
                    }
                    for batch in week.batches((*columns.INTERACTION, columns.EVENT)):
                        goes = dealer.deal(number, batch)
                        rows = batch.select(list(columns.INTERACTION))
                        for part, writer in writers.items():
                            writer.add(rows.filter(schema.arrow().array(goes == part)))
            done += week.stored_rows
            listener("writing the parts", done, total)
        write_tables(log, LogLayout(folder, folder / "metadata"))
    return {name: Log.open(folder / name) for name in PARTS if (folder / name).is_dir()}


class _Writer:
    """Gathers rows to row groups of one size, however they come."""

    def __init__(self, file: pa.parquet.ParquetWriter) -> None:
        self._file, self._waiting, self._count = file, list[Any](), 0

    def add(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._count += batch.num_rows
        if self._count >= GROUP:
            self._write(GROUP)

    def finish(self) -> None:
        self._write(self._count)

    def _write(self, rows: int) -> None:
        pa = schema.arrow()
        table = pa.Table.from_batches(self._waiting, schema.interactions())
        if rows:
            self._file.write_table(table.slice(0, rows), row_group_size=GROUP)
        rest = table.slice(rows)
        self._waiting, self._count = rest.to_batches(), len(rest)


@contextmanager
def _writer(path: Path) -> Iterator[_Writer]:
    pa = schema.arrow()
    small = [name for name in columns.INTERACTION if name not in (columns.USER, columns.ITEM)]
    packed = [name for name in small if name not in columns.SIGNALS]
    with (
        atomic_path(path) as part,
        pa.parquet.ParquetWriter(
            part, schema.interactions(), compression="zstd", use_dictionary=packed
        ) as file,
    ):
        writer = _Writer(file)
        yield writer
        writer.finish()


@contextmanager
def _claimed(folder: Path, recipe: dict[str, Any]) -> Iterator[None]:
    """Fill a folder that is empty, or that was begun with the same recipe."""
    work, text = folder / ".writing", json.dumps(recipe, indent=2, sort_keys=True)
    claim = work / "recipe.json"
    if claim.exists():
        begun = claim.read_text(encoding="utf-8")
        if begun != text:
            raise InvalidInputError(
                f"{folder} was begun with {json.loads(begun)}, wanted {recipe}: finish that, or "
                "write to another folder"
            )
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInputError(f"{folder} is not empty: write to a new folder")
    with atomic_path(claim) as path:
        path.write_text(text, encoding="utf-8")
    yield
    try:
        claim.replace(folder / "recipe.json")
        shutil.rmtree(work)
    except OSError as error:
        raise StorageError(f"cannot finish {folder}: {error}") from error


def _source(log: Log) -> dict[str, Any]:
    """A fingerprint of a log: the rows and bytes of each week, and which of them are seen."""
    found = hashlib.sha256()
    for week in log.files:
        found.update(f"{week.number} {week.rows()} {week.path.stat().st_size}\n".encode())
    for known in (log.only_users, log.only_items):
        found.update(b"all" if known is None else np.ascontiguousarray(known.ids).tobytes())
    return {"source_rows": log.stored_rows, "source": found.hexdigest()[:16]}
