"""Weeks written by the workers of Spark, each by one of them and in the order of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trovato.core import fields
from trovato.interactions.engines.spark.partitioning import PART
from trovato.interactions.engines.spark.session import translated
from trovato.interactions.splits.resumable_output import WORK
from trovato.interactions.splits.split import PARTS
from trovato.interactions.storage import schema
from trovato.interactions.storage.partition_writer import week_writer

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_FILE = "file"


def write_weeks(rows: DataFrame, paths: Mapping[tuple[int, int], Path], folder: Path) -> None:
    """Write rows to the file of their week and part, where it is not there yet.

    Parameters
    ----------
    rows
        As `split_rows` gives them.
    paths
        The file of each week and part.
    folder
        Holds them, and the folder of work in progress.
    """
    from pyspark.sql import functions

    wanted = {
        week * len(PARTS) + part: path for (week, part), path in paths.items() if not path.exists()
    }
    if not wanted:
        return
    week = functions.shiftright(fields.EVENT, fields.EVENT_ROW_BITS)
    with translated():
        (
            rows.withColumn(_FILE, week * len(PARTS) + functions.col(PART))
            .filter(functions.col(_FILE).isin(list(wanted)))
            .repartition(len(wanted), _FILE)
            .sortWithinPartitions(_FILE, fields.EVENT)
            .mapInArrow(partial(_write, wanted, folder / WORK), f"{_FILE} long")
            .collect()
        )
    for path in wanted.values():
        if not path.exists():  # no row goes there
            with week_writer(path):
                pass


def _write(paths: Mapping[int, Path], work: Path, batches: Iterator[Any]) -> Iterator[Any]:
    """What a worker does with its rows, which come file by file and in order."""
    from pyspark import TaskContext

    pa = schema.arrow()
    task = TaskContext.get()
    for number, pieces in groupby(_cut(batches), key=lambda piece: piece[0]):
        # Two attempts at a task may overlap, so each has a file of its own.
        attempt = work / f"{number}-{task.taskAttemptId() if task else 0}.parquet"
        with week_writer(attempt) as writer:
            for _, piece in pieces:
                rows = piece.select(list(fields.INTERACTION))
                writer.add(rows.cast(schema.interactions()))
        paths[number].parent.mkdir(parents=True, exist_ok=True)
        attempt.replace(paths[number])
        yield pa.RecordBatch.from_pydict({_FILE: [number]})


def _cut(batches: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    """Runs of rows that go to one file, with its number."""
    for batch in batches:
        files = batch[_FILE].to_numpy()
        cuts = [0, *(np.flatnonzero(np.diff(files)) + 1).tolist(), len(files)]
        for begin, end in pairwise(cuts):
            if begin < end:
                yield int(files[begin]), batch.slice(begin, end - begin)
