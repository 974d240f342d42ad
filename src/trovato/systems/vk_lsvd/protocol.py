"""Which rows to learn from, and which to test on: by name and version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool

from trovato.core import generator
from trovato.data.logs.impressions import Impressions, read_impressions
from trovato.data.logs.layout import TEST_WEEK, TRAIN_WEEKS, VALIDATION_WEEK, WEEKS, LogLayout


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a log becomes an experiment. Any change to what a name means gets another version.

    Parameters
    ----------
    name
        As reports and model files write it.
    split
        `temporal`: learn from the weeks 0 to 24 and test on `test_week`. `random`: one row in 27 of
        the whole log is for testing, drawn with a fixed seed, which flatters (§5 of the paper).
    test_week
        25 to choose by, 26 to test.
    positive
        The name in `POSITIVES` of what counts as caring.
    cutoff
        Items recommended to each user.
    """

    name: str
    split: Literal["temporal", "random"]
    test_week: int = TEST_WEEK
    positive: str = "watched"
    cutoff: int = 20

    def training(self, layout: LogLayout) -> Iterator[Impressions]:
        """The rows to learn from, in order."""
        for rows, tested in self._rows(layout, self.train_weeks):
            yield _only(rows, ~tested)

    def testing(self, layout: LogLayout) -> Iterator[Impressions]:
        """The rows to test on, in order."""
        after = range(self.test_week, self.test_week + 1)
        weeks = self.train_weeks if self.split == "random" else after
        for rows, tested in self._rows(layout, weeks):
            yield _only(rows, tested)

    @property
    def train_weeks(self) -> range:
        """The weeks whose rows are learnt from."""
        return range(WEEKS if self.split == "random" else TRAIN_WEEKS)

    def _rows(
        self, layout: LogLayout, weeks: range
    ) -> Iterator[tuple[Impressions, Bool[np.ndarray, " rows"]]]:
        for week in weeks:
            random = generator(0, f"random split, week {week}")
            for rows in read_impressions(layout, [week], self.positive):
                if self.split == "random":
                    yield rows, random.integers(WEEKS, size=len(rows.users)) == 0
                else:
                    yield rows, np.full(len(rows.users), week == self.test_week)


def _only(rows: Impressions, kept: Bool[np.ndarray, " rows"]) -> Impressions:
    return Impressions(rows.week, rows.users[kept], rows.items[kept], rows.positive[kept])


PROTOCOLS = {
    "temporal": Protocol("vk-lsvd temporal, version 1", "temporal"),
    "validation": Protocol("vk-lsvd validation, version 1", "temporal", VALIDATION_WEEK),
    "random": Protocol("vk-lsvd random, version 1", "random"),
}
