"""What each part of a query added to the scores of its hits, as bars on one scale."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import Hit, Ranking
from trovato.retrieve import ComposedEvidence

WIDTH = 100.0
_NAMES = {
    "description": "description",
    "reference": "picture",
    "modification": "edit",
    "negative": "less of",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One contribution.

    Parameters
    ----------
    name
        Of the part, as the page calls it.
    part
        As `ComposedEvidence` calls it.
    value
        What it added.
    left, width
        Of the bar, of `WIDTH`.
    """

    name: str
    part: str
    value: float
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class PictureView:
    """A hit and its bars; none where only one thing was asked for."""

    hit: Hit
    bars: tuple[Bar, ...] = ()
    kept_for: str = ""

    @property
    def version(self) -> str:
        """Of the picture's file."""
        return str(self.hit.item.attributes.get("sha256", ""))[:16]


def views_of(ranking: Ranking, *, composed: bool) -> tuple[list[PictureView], float]:
    """The hits, and where zero lies in all of their bars."""
    if not composed:
        return [PictureView(hit) for hit in ranking], 0.0
    values = [value for hit in ranking for value in hit.evidence.parts.values()]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    scale = WIDTH / ((high - low) or 1.0)
    zero = -low * scale
    views = []
    for hit in ranking:
        bars = tuple(
            Bar(_NAMES[part], part, value, zero + min(value, 0.0) * scale, abs(value) * scale)
            for part, value in hit.evidence.parts.items()
        )
        why = hit.evidence
        kept = why.kept_for if isinstance(why, ComposedEvidence) else ""
        views.append(PictureView(hit, bars, kept))
    return views, zero
