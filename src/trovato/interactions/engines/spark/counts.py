"""How often users, items and behaviours come, counted by Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trovato.core import ProgressCallback, fields
from trovato.core.shapes import Int64
from trovato.interactions.counts.counts import Counts, known_ids, unknown_id
from trovato.interactions.counts.statistics import SECONDS, Stats
from trovato.interactions.engines.spark.read import rows
from trovato.interactions.engines.spark.session import translated
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import SortedIdSet

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def count_rows(
    session: SparkSession, log: InteractionLog, name: str, progress: ProgressCallback
) -> Counts:
    """Count the rows of each user or item."""
    known = known_ids(log, name)
    counts, strange = counted(session, log, name, known)
    if strange is not None:
        week = strange >> fields.EVENT_ROW_BITS
        raise unknown_id(log.weeks(week, week).files[0].path, name)
    progress(f"counting {name}", log.stored_rows, log.stored_rows)
    return Counts(known.ids, counts)


def counted(
    session: SparkSession, log: InteractionLog, name: str, known: SortedIdSet
) -> tuple[Int64[np.ndarray, " ids"], int | None]:
    """The rows of each known id, and the first event whose id is not known, if there is one."""
    from pyspark.sql import functions

    with translated():
        found = (
            rows(session, log, [name])
            .groupBy(name)
            .agg(functions.count("*"), functions.min(fields.EVENT))
            .toArrow()
        )
    places = known.places(found[0].fill_null(0).to_numpy().astype(np.uint32))
    strange = (places < 0) | found[0].is_null().to_numpy()
    counts = np.zeros(len(known), np.int64)
    counts[places[~strange]] = found[1].to_numpy()[~strange]
    return counts, int(found[2].to_numpy()[strange].min()) if strange.any() else None


def stats(session: SparkSession, log: InteractionLog, progress: ProgressCallback) -> Stats:
    """Count what is in a log."""
    from pyspark.sql import functions

    week = functions.shiftright(fields.EVENT, fields.EVENT_ROW_BITS)
    given = [functions.count_if(name) for name in fields.SIGNALS]
    with translated():
        found = (
            rows(session, log, [fields.TIMESPENT, *fields.SIGNALS])
            .groupBy(week, fields.TIMESPENT)
            .agg(functions.count("*"), *given)
            .toArrow()
        )
    timed = found[1].is_valid().to_numpy()
    weeks, _, counts, *signals = (column.to_numpy() for column in found.columns)
    seconds = np.zeros(SECONDS, np.int64)
    np.add.at(seconds, found[1].drop_null().to_numpy(), counts[timed])
    return Stats(
        {file.number: int(counts[weeks == file.number].sum()) for file in log.files},
        seconds,
        {name: int(rows.sum()) for name, rows in zip(fields.SIGNALS, signals, strict=True)},
        count_rows(session, log, fields.USER, progress).rows,
        count_rows(session, log, fields.ITEM, progress).rows,
    )
