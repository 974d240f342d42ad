"""Ways to part a log into what is learned from and what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError, fields, generator
from trovato.core.shapes import Int64
from trovato.interactions.counts.counts import count_rows
from trovato.interactions.storage.layout import VALIDATION_WEEK, WEEKS
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import SortedIdSet, splitmix64

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = ("train", "validation", "test")
TRAIN, VALIDATION, TEST = range(3)


@runtime_checkable
class SplitAssigner(Protocol):
    """Says to which part each row goes, as a log is read from its first row to its last."""

    def skip(self, week: InteractionLog) -> None:
        """Pass over a week whose rows have been assigned already."""
        ...

    def assign(self, week: int, batch: pa.RecordBatch) -> Int64[np.ndarray, " rows"]:
        """The part of each row; `batch` has all columns and the order of events."""
        ...


@runtime_checkable
class Split(Protocol):
    """A way to part a log: frozen, and named by what it holds."""

    def parts(self, week: int) -> tuple[int, ...]:
        """Parts that rows of this week may go to."""
        ...

    def assigner(self, log: InteractionLog) -> SplitAssigner:
        """Begin to part a log."""
        ...


@dataclass(frozen=True, slots=True)
class TemporalSplit:
    """By week: weeks before `validation` to train on, the later ones from `test` on to test.

    Parameters
    ----------
    validation, test
        The first week of each; those of the published split by default.

    Examples
    --------
    >>> TemporalSplit(validation=20, test=21).test
    21
    """

    validation: int = VALIDATION_WEEK
    test: int = VALIDATION_WEEK + 1

    def __post_init__(self) -> None:
        if not 0 < self.validation <= self.test:
            raise InvalidInputError(
                "a split in time has weeks to train on before those to validate and test on, got "
                f"validation={self.validation} and test={self.test}"
            )

    @staticmethod
    def of(
        log: InteractionLog, validation: int | None = None, test: int | None = None
    ) -> TemporalSplit:
        """The split in time that suits a log, where its weeks are not all named.

        The published one for the 27 weeks of VK-LSVD. For any other log, the last week is to test
        on, and the one before it to validate, if another one is left to train on. Where one of the
        two is named, the other is the week after or before it.

        Raises
        ------
        InvalidInputError
            If the log has too few weeks, or none to train on, or none after these.
        """
        weeks = log.numbers
        if validation is None and test is None and weeks != range(WEEKS):
            if len(weeks) < 2:
                raise InvalidInputError(
                    f"this log has {len(weeks)} week, and a split in time needs at least two: part "
                    "it by the last rows of each user (`--split leave-last-out`)"
                )
            test = weeks[-1]
            validation = max(test - 1, weeks[1])
        elif validation is None:
            test = VALIDATION_WEEK + 1 if test is None else test
            validation = test - 1
        elif test is None:
            test = validation + 1
        if weeks and not weeks[0] < validation <= weeks[-1]:
            lacking = "test" if validation > weeks[0] else "train"
            raise InvalidInputError(
                f"this log has the weeks {weeks[0]} to {weeks[-1]}: with validation from week "
                f"{validation} on there is nothing to {lacking} on; name weeks that it has"
            )
        return TemporalSplit(validation, test)

    def assigner(self, log: InteractionLog) -> SplitAssigner:
        """Begin to part a log."""
        return _ByWeek(self, log)

    def parts(self, week: int) -> tuple[int]:
        """The part that a week belongs to."""
        return (TEST if week >= self.test else VALIDATION if week >= self.validation else TRAIN,)


@dataclass(frozen=True, slots=True)
class EventSplit:
    """By place in time, at any row: rows before `validation` to train on, from `test` on to test.

    Parameters
    ----------
    validation, test
        The first event (`fields.EVENT`) of each; alike where nothing is to validate on.

    Raises
    ------
    InvalidInputError
        If they do not rise, or nothing is before them.
    """

    validation: int
    test: int

    def __post_init__(self) -> None:
        if not 0 < self.validation <= self.test:
            raise InvalidInputError(
                "a split in time has rows to train on before those to validate and test on, got "
                f"events {self.validation} and {self.test}"
            )

    @staticmethod
    def at_share(log: InteractionLog, test: float, validation: float = 0.0) -> EventSplit:
        """The last rows of a log to test on: a share of all, and one before it to validate on.

        Raises
        ------
        InvalidInputError
            If a share is out of range, or nothing is left to train on.
        """
        if not (0 < test < 1 and 0 <= validation < 1 - test):
            raise InvalidInputError(
                f"shares must be above 0 and sum to less than 1, got {test} and {validation}"
            )
        kept = [round(log.stored_rows * (1 - share)) for share in (test + validation, test)]
        return EventSplit(*(_event(log, row) for row in kept))

    def parts(self, week: int) -> tuple[int, ...]:
        """Parts that rows of this week may go to."""
        first, last = week << fields.EVENT_ROW_BITS, ((week + 1) << fields.EVENT_ROW_BITS) - 1
        ends = [(event >= self.validation) + int(event >= self.test) for event in (first, last)]
        return tuple(range(ends[0], ends[1] + 1))

    def assigner(self, log: InteractionLog) -> SplitAssigner:
        """Begin to part a log."""
        del log
        return _ByEvent(self)


def _event(log: InteractionLog, row: int) -> int:
    """The event of a row that is counted over all weeks."""
    for file in log.files:
        if row < file.rows():
            return (file.number << fields.EVENT_ROW_BITS) + row
        row -= file.rows()
    return (log.numbers[-1] + 1) << fields.EVENT_ROW_BITS


@dataclass(frozen=True, slots=True)
class LeaveLastOut:
    """The last row of each user to test on, the one before it to validate, the others to train on.

    All rows of users with fewer than three are trained on. Time is not kept apart: users are asked
    about what happened before others were trained on.
    """

    def assigner(self, log: InteractionLog) -> SplitAssigner:
        """Begin to part a log: its users are counted."""
        return _ByPlaceFromEnd(log)

    def parts(self, week: int) -> tuple[int, ...]:
        """Rows of any week may go to any part."""
        del week
        return TRAIN, VALIDATION, TEST


@dataclass(frozen=True, slots=True)
class RandomSplit:
    """Each row by chance; only to compare with, since the future is trained on.

    Parameters
    ----------
    validation, test
        Shares of the rows. Where they sum to 1, nothing is left to train on.
    seed
        The same seed parts the same log in the same way.

    Examples
    --------
    >>> RandomSplit(validation=0.1, test=0.1).test
    0.1
    """

    validation: float = 0.1
    test: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        # A pair that sums to 1 in decimals may do so with a rounding error in binary.
        if min(self.validation, self.test) < 0 or not 0 < self.validation + self.test <= 1 + 1e-12:
            raise InvalidInputError(
                "shares to validate and test on are at least 0 and at most 1 together, got "
                f"{self.validation} and {self.test}"
            )

    def assigner(self, log: InteractionLog) -> SplitAssigner:
        """Begin to part a log."""
        return _ByChance(self, log)

    def parts(self, week: int) -> tuple[int, ...]:
        """Rows of any week may go to any part."""
        del week
        return TRAIN, VALIDATION, TEST


@dataclass(frozen=True, slots=True)
class DrawnRows:
    """One row in so many to test on, drawn week by week; as published, only to compare with.

    Parameters
    ----------
    one_in
        Of how many rows one is drawn, on average.
    """

    one_in: int = WEEKS

    def assigner(self, log: InteractionLog) -> SplitAssigner:
        """Begin to part a log."""
        del log
        return _ByDraw(self)

    def parts(self, week: int) -> tuple[int, ...]:
        """Rows of any week may go to both parts."""
        del week
        return TRAIN, TEST


class _ByWeek:
    def __init__(self, split: TemporalSplit, _log: InteractionLog) -> None:
        self._split = split

    def skip(self, week: InteractionLog) -> None:
        pass

    def assign(self, week: int, batch: pa.RecordBatch) -> Int64[np.ndarray, " rows"]:
        return np.full(batch.num_rows, self._split.parts(week)[0], np.int64)


class _ByEvent:
    def __init__(self, split: EventSplit) -> None:
        self._borders = np.array([split.validation, split.test], np.uint64)

    def skip(self, week: InteractionLog) -> None:
        pass

    def assign(self, week: int, batch: pa.RecordBatch) -> Int64[np.ndarray, " rows"]:
        del week
        events = batch[fields.EVENT].to_numpy().astype(np.uint64)
        parts: Int64[np.ndarray, " rows"] = np.searchsorted(
            self._borders, events, side="right"
        ).astype(np.int64)
        return parts


class _ByPlaceFromEnd:
    def __init__(self, log: InteractionLog) -> None:
        users = count_rows(log, fields.USER)
        self._known = SortedIdSet(users.ids)
        # A user's last two rows get the places 0 and 1 among those that are left out.
        self._following = -np.where(users.rows < len(PARTS), users.rows, users.rows - 2)
        self._starts = np.zeros_like(users.rows)

    def skip(self, week: InteractionLog) -> None:
        for batch in week.batches([fields.USER]):
            self._known.count(batch[0].to_numpy(), self._following)

    def assign(self, week: int, batch: pa.RecordBatch) -> Int64[np.ndarray, " rows"]:
        del week
        users = batch[fields.USER].to_numpy()
        places = self._known.last_slots(users, self._starts, self._following)
        return places + 1


class _ByChance:
    def __init__(self, split: RandomSplit, _log: InteractionLog) -> None:
        self._key = generator(split.seed, "random split").integers(1 << 63, dtype=np.uint64)
        self._borders = np.array([1 - (split.validation + split.test), 1 - split.test])

    def skip(self, week: InteractionLog) -> None:
        pass

    def assign(self, week: int, batch: pa.RecordBatch) -> Int64[np.ndarray, " rows"]:
        del week
        mixed = splitmix64(batch[fields.EVENT].to_numpy() ^ self._key)
        chance = (mixed >> np.uint64(11)) * 2.0**-53  # 0 to below 1, as exact as floats are
        return np.searchsorted(self._borders, chance, side="right").astype(np.int64)


class _ByDraw:
    def __init__(self, split: DrawnRows) -> None:
        self._one_in = split.one_in
        self._week = -1

    def skip(self, week: InteractionLog) -> None:
        pass

    def assign(self, week: int, batch: pa.RecordBatch) -> Int64[np.ndarray, " rows"]:
        if week != self._week:
            self._week, self._random = week, generator(0, f"random split, week {week}")
        drawn = self._random.integers(self._one_in, size=batch.num_rows) == 0
        return np.where(drawn, TEST, TRAIN)
