"""What each user last saw, found by Spark and gathered here a block of users at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from trovato.core import fields
from trovato.interactions.engines.spark.read import rows
from trovato.interactions.engines.spark.session import translated
from trovato.interactions.features.sequences import Block, InteractionSequences, no_value
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import SortedIdSet

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_BACK = "rows_from_the_last"


def gathered(
    session: SparkSession, log: InteractionLog, block: Block, names: Sequence[str], last: int
) -> InteractionSequences:
    """The last rows of the users of a block; twice its bytes are in memory here."""
    from pyspark.sql import Window, functions

    user = functions.col(fields.USER)
    newest = Window.partitionBy(fields.USER).orderBy(functions.desc(fields.EVENT))
    back = functions.row_number().over(newest)
    with translated():
        found = (
            rows(session, log, [fields.USER, *names])
            .filter(user.between(int(block.users[0]), int(block.users[-1])))
            .withColumn(_BACK, back)
            .filter(functions.col(_BACK) <= last)
            .toArrow()
        )
    offsets, values = block.offsets, block.empty(names)
    places = SortedIdSet(block.users).places(found[fields.USER].to_numpy().astype(np.uint32))
    slots = offsets[places + 1] - found[_BACK].to_numpy()
    for name in names:
        if found[name].null_count:
            raise no_value(log, name)
        values[name][slots] = found[name].to_numpy()
    return InteractionSequences(block.users, offsets, values)
