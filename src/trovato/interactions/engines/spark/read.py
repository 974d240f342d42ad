"""The rows of a log as a frame of Spark, their order made explicit before anything moves them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from trovato.core import fields
from trovato.core.shapes import UInt32
from trovato.interactions.storage import schema
from trovato.interactions.storage.log import InteractionLog

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def rows(session: SparkSession, log: InteractionLog, names: Sequence[str]) -> DataFrame:
    """Columns of the rows that are seen, and `fields.EVENT`; numbers as 64-bit integers.

    The order of events is the place of a row in its file, as the reader of Parquet tells it, so
    it does not matter how files are cut among workers.
    """
    from pyspark.sql import functions
    from pyspark.sql.types import BooleanType, LongType, StructField, StructType

    only = {fields.USER: log.only_users, fields.ITEM: log.only_items}
    known = {name: ids.ids for name, ids in only.items() if ids is not None}
    stored = dict.fromkeys([*names, *known])
    kinds = [
        StructField(name, BooleanType() if name in fields.SIGNALS else LongType())
        for name in stored
        if name != fields.EVENT
    ]
    week = functions.substring("_metadata.file_name", len("week_") + 1, 2).cast("long")
    row = functions.col("_metadata.row_index")
    event = functions.shiftleft(week, fields.EVENT_ROW_BITS).bitwiseOR(row)
    if not log.files:
        kinds.append(StructField(fields.EVENT, LongType()))
        return session.createDataFrame([], StructType(kinds))
    paths = [_literal(str(file.path.resolve())) for file in log.files]
    frame = session.read.schema(StructType(kinds)).parquet(*paths)
    frame = frame.select(*frame.columns, event.alias(fields.EVENT))
    for name, ids in known.items():
        wanted = functions.broadcast(id_frame(session, name, ids))
        frame = frame.join(wanted, name, "left_semi")
    return frame.select(*dict.fromkeys([*names, fields.EVENT]))


def id_frame(session: SparkSession, name: str, ids: UInt32[np.ndarray, " ids"]) -> DataFrame:
    """Ids as a frame of one column."""
    pa = schema.arrow()
    return session.createDataFrame(pa.table({name: pa.array(ids.astype(np.int64))}))


def _literal(path: str) -> str:
    """A path on the disk that all workers share, none of whose letters stands for others."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", path)
