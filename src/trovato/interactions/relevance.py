"""What counts as caring for an item that was shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import fields
from trovato.core.shapes import Bool
from trovato.interactions.storage.log import InteractionLog


@dataclass(frozen=True, slots=True)
class RelevanceRule:
    """A row is positive where one of these signals was given, or it was watched for long.

    Parameters
    ----------
    signals
        Names of signals.
    seconds
        Watched for more than so many; None where watching does not count.
    """

    signals: tuple[str, ...] = ()
    seconds: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be read to tell."""
        return self.signals if self.seconds is None else (*self.signals, fields.TIMESPENT)

    def __call__(self, read: Mapping[str, Any]) -> Bool[np.ndarray, " rows"]:
        """Which rows are positive, from their columns as arrays."""
        said = [read[name].astype(bool) for name in self.signals]
        if self.seconds is not None:
            said.append(read[fields.TIMESPENT] > self.seconds)
        positive: Bool[np.ndarray, " rows"] = np.logical_or.reduce(said)
        return positive


_EXPLICIT = ("like", "share", "bookmark", "click_on_author")
# `watched` is the rule of the published baselines (arXiv 2602.04567).
POSITIVES = {
    "watched": RelevanceRule(seconds=10),
    "like": RelevanceRule(("like",)),
    "explicit": RelevanceRule(_EXPLICIT),
    "any": RelevanceRule(_EXPLICIT, seconds=10),
    "commented": RelevanceRule(("open_comments",)),
}


def rules_met(log: InteractionLog) -> Iterator[str]:
    """Names of the rules by which any row of a log is positive, in the order of `POSITIVES`.

    A log of other origin has not all signals: what it does not say is 0 in every row.

    Raises
    ------
    UnreadableFileError
        If a file is damaged.
    """
    for name, rule in POSITIVES.items():
        for batch in log.batches(rule.columns):
            read = {one: batch[one].to_numpy(zero_copy_only=False) for one in rule.columns}
            if rule(read).any():
                yield name
                break
