"""What the paper's study reports, to stand beside our figures, never among them.

Fifteen people, each with four questions in AIANO and four in Label Studio 1.13.1, on 60 short
texts; medians, but for precision, recall and F1.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One measure: its value with AIANO and with Label Studio, and the test as it is reported."""

    measure: str
    aiano: float
    label_studio: float
    p: str


PUBLISHED = (
    StudyRow("minutes for four questions", 6.0, 10.0, "< .001"),
    StudyRow("NASA-TLX", 22.5, 34.17, "< .001"),
    StudyRow("precision", 0.889, 0.867, "not tested"),
    StudyRow("recall", 0.883, 0.783, "not tested"),
    StudyRow("F1", 0.860, 0.787, "not tested"),
)
