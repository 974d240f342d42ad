"""The part of a split that each row goes to, by the same draws as without Spark."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from trovato.core import InvalidInputError, fields
from trovato.interactions.engines.spark.read import rows
from trovato.interactions.splits.split import (
    PARTS,
    TRAIN,
    LeaveLastOut,
    RandomSplit,
    Split,
    SplitAssigner,
    TemporalSplit,
)
from trovato.interactions.storage import schema
from trovato.interactions.storage.log import InteractionLog

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PART = "part"
_BACK = "rows_from_the_last"


def split_rows(session: SparkSession, log: InteractionLog, split: Split | None) -> DataFrame:
    """All columns of the rows, the order of events, and the part that each row goes to.

    Raises
    ------
    InvalidInputError
        If Spark does not know this way to part a log.
    """
    from pyspark.sql import functions
    from pyspark.sql.types import LongType, StructField, StructType

    frame = rows(session, log, fields.INTERACTION)
    match split:
        case None:
            return frame.withColumn(PART, functions.lit(TRAIN))
        case TemporalSplit():
            week = functions.shiftright(fields.EVENT, fields.EVENT_ROW_BITS)
            parts = {number: split.parts(number)[0] for number in log.numbers}
            pairs = [functions.lit(value) for pair in parts.items() for value in pair]
            return frame.withColumn(PART, functions.create_map(*pairs)[week.cast("int")])
        case RandomSplit():
            kinds = StructType([*frame.schema.fields, StructField(PART, LongType())])
            return frame.mapInArrow(partial(_assign, split.assigner(log)), kinds)
        case LeaveLastOut():
            left_out = functions.broadcast(_left_out(session, log))
            part = functions.coalesce(PART, functions.lit(TRAIN))
            return frame.join(left_out, fields.EVENT, "left").withColumn(PART, part)
    raise InvalidInputError(
        f"Spark cannot part a log by {type(split).__name__}: use TemporalSplit, LeaveLastOut or "
        "RandomSplit, or the embedded engine"
    )


def _assign(assigner: SplitAssigner, batches: Iterator[Any]) -> Iterator[Any]:
    pa = schema.arrow()
    for batch in batches:
        events = batch[fields.EVENT].to_numpy().astype(np.uint64)
        parts = assigner.assign(0, pa.RecordBatch.from_pydict({fields.EVENT: events}))
        yield batch.append_column(PART, pa.array(parts))


def _left_out(session: SparkSession, log: InteractionLog) -> DataFrame:
    """The last two rows of each user that has three or more, and the parts that they go to."""
    from pyspark.sql import Window, functions

    user = Window.partitionBy(fields.USER)
    back = functions.row_number().over(user.orderBy(functions.desc(fields.EVENT)))
    # Few rows of each user are left after the first window.
    last = rows(session, log, [fields.USER]).withColumn(_BACK, back)
    last = last.filter(functions.col(_BACK) <= len(PARTS))
    last = last.withColumn("rows", functions.count("*").over(user))
    last = last.filter((functions.col("rows") == len(PARTS)) & (functions.col(_BACK) < len(PARTS)))
    return last.select(fields.EVENT, (len(PARTS) - functions.col(_BACK)).alias(PART))
