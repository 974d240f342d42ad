"""Logs written to the disk week by week: killed at any moment, the next run goes on."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from trovato.core import PathLike, ProgressCallback, fields, no_progress
from trovato.interactions.splits.partition_filter import write_week
from trovato.interactions.splits.resumable_output import (
    resumable_output,
    split_recipe,
    subset_recipe,
)
from trovato.interactions.splits.split import PARTS, Split
from trovato.interactions.splits.subset import Subset
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partition_writer import week_writer
from trovato.interactions.storage.side_tables import write_tables


def write_subset(
    log: InteractionLog, subset: Subset, folder: PathLike, progress: ProgressCallback = no_progress
) -> InteractionLog:
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
    progress
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
    folder = Path(folder)
    kept = subset.of(log)
    with resumable_output(folder, subset_recipe(log, subset)):
        layout, done, total = LogLayout(folder, folder / "metadata"), 0, log.stored_rows
        for week in kept.by_week():
            path = layout.week(week.numbers[0])
            if not path.exists():
                write_week(week, path)
            done += week.stored_rows
            progress("writing the subset", done, total)
        write_tables(kept, layout)
    return InteractionLog.open(folder)


def write_split(
    log: InteractionLog, split: Split, folder: PathLike, progress: ProgressCallback = no_progress
) -> dict[str, InteractionLog]:
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
    progress
        Told of each week.

    Returns
    -------
    The parts that have weeks, opened, by name.

    Raises
    ------
    InvalidInputError, StorageError, UnreadableFileError
        As for `write_subset`.

    Examples
    --------
    >>> log = InteractionLog.open(synthesise("log", Scale.of(5_000, seed=1)).root.parent)
    >>> sorted(write_split(log, RandomSplit(0.1, 0.1), "parts"))
    ['test', 'train', 'validation']
    """
    folder = Path(folder)
    with resumable_output(folder, split_recipe(log, split)):
        assigner, done, total = split.assigner(log), 0, log.stored_rows
        for week in log.by_week():
            number = week.numbers[0]
            paths = {
                part: folder / PARTS[part] / week.files[0].path.name for part in split.parts(number)
            }
            if all(path.exists() for path in paths.values()):
                assigner.skip(week)
            elif len(paths) == 1:
                write_week(week, *paths.values())
            else:
                with ExitStack() as files:
                    writers = {
                        part: files.enter_context(week_writer(path)) for part, path in paths.items()
                    }
                    for batch in week.batches((*fields.INTERACTION, fields.EVENT)):
                        goes = assigner.assign(number, batch)
                        rows = batch.select(list(fields.INTERACTION))
                        for part, writer in writers.items():
                            writer.add(rows.filter(schema.arrow().array(goes == part)))
            done += week.stored_rows
            progress("writing the parts", done, total)
        write_tables(log, LogLayout(folder, folder / "metadata"))
    return open_parts(folder)


def open_parts(folder: PathLike) -> dict[str, InteractionLog]:
    """The parts of a split that have weeks, by name."""
    folder = Path(folder)
    return {name: InteractionLog.open(folder / name) for name in PARTS if (folder / name).is_dir()}
