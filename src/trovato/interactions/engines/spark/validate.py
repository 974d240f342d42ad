"""Looking for violations in the rows of a log with Spark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from trovato.core import ProgressCallback, UnreadableFileError, fields
from trovato.interactions.engines.spark.counts import counted
from trovato.interactions.engines.spark.read import id_frame, rows
from trovato.interactions.engines.spark.session import translated
from trovato.interactions.storage.layout import TRAIN_WEEKS
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.validation.violations import ROW, InTraining, Violation
from trovato.ops import SortedIdSet

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_WEEK, _FIRST = "week", "first"


class Scan:
    """Looks at the rows of one log."""

    def __init__(
        self,
        session: SparkSession,
        log: InteractionLog,
        users: SortedIdSet,
        items: SortedIdSet,
        progress: ProgressCallback,
    ) -> None:
        self._session, self._log, self._tell = session, log, progress
        self._known = {fields.USER: users, fields.ITEM: items}

    def rows(self) -> list[Violation]:
        """Violations that show in a row alone."""
        violations = list(self._rows_of(self._log))
        self._tell("checking rows", self._log.stored_rows, self._log.stored_rows)
        return violations

    def _rows_of(self, log: InteractionLog) -> Iterator[Violation]:
        try:
            yield from self._read(log)
        except UnreadableFileError as error:
            if len(log.files) == 1:
                yield Violation(log.files[0].path, None, str(error))
            else:  # whatever can be read of the others
                middle = len(log.files) // 2
                for files in (log.files[:middle], log.files[middle:]):
                    yield from self._rows_of(replace(log, files=files))

    def _read(self, log: InteractionLog) -> list[Violation]:
        from pyspark.sql import functions as of

        frame, row = rows(self._session, log, fields.INTERACTION), of.col(fields.EVENT)
        firsts = [
            of.min(of.when(of.col(name).isNull(), row)).alias(name) for name in fields.INTERACTION
        ]
        for name, known in self._known.items():
            mark = f"known_{name}"
            ids = id_frame(self._session, name, known.ids).withColumn(mark, of.lit(True))
            frame = frame.join(of.broadcast(ids), name, "left")
            strange = of.col(mark).isNull() & of.col(name).isNotNull()
            firsts.append(of.min(of.when(strange, of.struct(row, name))).alias(mark))
        week = of.shiftright(fields.EVENT, fields.EVENT_ROW_BITS).alias(_WEEK)
        with translated():
            found = {one[_WEEK]: one for one in frame.groupBy(week).agg(*firsts).collect()}
        violations: list[Violation] = []
        for file in log.files:
            if file.number not in found:
                continue
            first = found[file.number]
            violations += [
                Violation.missing(file.path, first[name] & ROW, name)
                for name in fields.INTERACTION
                if first[name] is not None
            ]
            for name in self._known:
                if first[f"known_{name}"] is not None:
                    event, number = first[f"known_{name}"]
                    violations.append(Violation.unknown(file.path, event & ROW, name, number))
        return violations

    def repeats(self) -> Iterator[Violation]:
        """The first row of each file that shows a user an item again."""
        from pyspark.sql import Window, functions

        pair = Window.partitionBy(fields.USER, fields.ITEM).orderBy(fields.EVENT)
        week = functions.shiftright(fields.EVENT, fields.EVENT_ROW_BITS)
        log = self._log.filter(users=self._known[fields.USER].ids)
        with translated():
            found = (
                rows(self._session, log, [fields.USER, fields.ITEM])
                .withColumn(_FIRST, functions.row_number().over(pair) == 1)
                .filter(~functions.col(_FIRST))
                .groupBy(week)
                .agg(functions.min(fields.EVENT).alias(fields.EVENT))
                .collect()
            )
        for event in sorted(one[fields.EVENT] for one in found):
            yield Violation.repeated(self._log, event)
        self._tell("looking for repeats", self._log.stored_rows, self._log.stored_rows)

    def in_training(self) -> InTraining:
        """Rows of the training weeks of each user, and of each item."""
        log = self._log.weeks(0, TRAIN_WEEKS - 1)
        users, items = (
            counted(self._session, log, name, known)[0] for name, known in self._known.items()
        )
        return users, items
