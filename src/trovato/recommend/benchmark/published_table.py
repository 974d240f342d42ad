"""Figures that others published, to stand beside ours, never among them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """A row of a paper's table of baselines; None where we have not seen the figure."""

    model: str
    split: str
    ndcg: float | None
    auc: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """The rows, and where they stand."""

    source: str
    figures: tuple[PublishedFigures, ...]
