"""Which rows to learn from, and which to test on: by name and version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.interactions.features.impressions import Impressions, read_impressions
from trovato.interactions.splits.split import (
    TEST,
    TRAIN,
    VALIDATION,
    DrawnRows,
    Split,
    TemporalSplit,
)
from trovato.interactions.storage.layout import TEST_WEEK, VALIDATION_WEEK, WEEKS
from trovato.interactions.storage.log import InteractionLog


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a log becomes an experiment. Any change to what a name means gets another version.

    Parameters
    ----------
    name
        As reports and model files write it.
    split
        Parts the rows of a log.
    learns, tests
        The parts to learn from, and that to test on.
    weeks
        The weeks that a log must have, of which no others are read; None for any log.
    positive
        The name in `POSITIVES` of what counts as caring.
    cutoff
        Items recommended to each user.
    """

    name: str
    split: Split
    learns: tuple[int, ...] = (TRAIN,)
    tests: int = TEST
    weeks: range | None = None
    positive: str = "watched"
    cutoff: int = 20

    def within(self, log: InteractionLog) -> InteractionLog:
        """The weeks of a log that the protocol speaks of.

        Raises
        ------
        InvalidInputError
            If the log has not all of them.
        """
        if self.weeks is None:
            return log
        if not set(self.weeks) <= set(log.numbers):
            raise InvalidInputError(
                f"{self.name!r} needs the weeks {self.weeks[0]} to {self.weeks[-1]}, this log has "
                f"{weeks_in_words(log)}: use a protocol for any log, such as weeks or last"
            )
        return log.weeks(self.weeks[0], self.weeks[-1])

    def training(self, log: InteractionLog) -> Iterator[Impressions]:
        """The rows to learn from, in order."""
        return read_impressions(self.within(log), self.positive, self.split, self.learns)

    def testing(self, log: InteractionLog) -> Iterator[Impressions]:
        """The rows to test on, in order."""
        return read_impressions(self.within(log), self.positive, self.split, (self.tests,))


_IN_TIME = TemporalSplit(VALIDATION_WEEK, TEST_WEEK)

# The published ones: for logs with the 27 weeks of VK-LSVD.
PROTOCOLS = {
    "temporal": Protocol("vk-lsvd temporal, version 1", _IN_TIME, weeks=range(WEEKS)),
    "validation": Protocol(
        "vk-lsvd validation, version 1", _IN_TIME, tests=VALIDATION, weeks=range(TEST_WEEK)
    ),
    # Flatters, because it knows the future (§5 of the paper).
    "random": Protocol("vk-lsvd random, version 1", DrawnRows(), weeks=range(WEEKS)),
}


def weeks_in_words(log: InteractionLog) -> str:
    """Which weeks a log has, as errors say it."""
    weeks = log.numbers
    if len(weeks) < 2:
        return f"week {weeks[0]} only" if weeks else "no weeks"
    return f"the weeks {weeks[0]} to {weeks[-1]}"
