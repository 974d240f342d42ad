"""What a forecast rests on: a number with its meaning, its window and the mass behind it."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core.records.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of one item at one moment.

    Parameters
    ----------
    name
        Such as "trend"; see `trovato.ops.forecasting`.
    value
        The number.
    unit
        What it counts: "count", "log per bin", "log", "ratio", "bins", "rank", "share".
    window
        Bins that it looks at; 0 for all that there are.
    bucket
        The number in a word, such as "rising"; empty where it has none.
    support
        How much was counted in that window: what little of it can be relied on is said, not hidden.
    """

    name: str
    value: float
    unit: str
    window: int
    bucket: str
    support: float


@dataclass(frozen=True, slots=True, repr=False)
class SignalEvidence(Evidence):
    """What a forecast rests on.

    Parameters
    ----------
    signals
        Each with its number.
    """

    signals: tuple[Signal, ...] = ()
