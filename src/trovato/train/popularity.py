"""Recommenders that are counts: popularity, popularity of late, conversion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Float64, Int64
from trovato.retrieve.recommenders import ItemScores


@dataclass(frozen=True, slots=True, eq=False)
class Impression:
    """Some rows of one week: places of items, and whether the user cared."""

    week: int
    items: Int64[np.ndarray, " rows"]
    positive: Bool[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True, eq=False)
class ItemCounts:
    """How often each item was shown, and how often somebody cared."""

    shown: Float64[np.ndarray, " items"]
    positive: Float64[np.ndarray, " items"]


def count_items(
    rows: Iterable[Impression], items: int, half_life: float | None = None
) -> ItemCounts:
    """Count in one pass; memory follows the number of items.

    Parameters
    ----------
    rows
        Weeks may not go back.
    items
        Size of the catalogue.
    half_life
        Weeks after which a row counts half; None for rows that never fade.

    Raises
    ------
    InvalidInputError
        If weeks go back, or `half_life` is not above 0.
    """
    if half_life is not None and not half_life > 0:
        raise InvalidInputError(f"a half-life is a number of weeks above 0, got {half_life}")
    shown, positive = np.zeros(items), np.zeros(items)
    now: int | None = None
    for part in rows:
        if now is not None and part.week < now:
            raise InvalidInputError(f"weeks must not go back: {part.week} came after {now}")
        if half_life is not None and now is not None and part.week > now:
            fading = 0.5 ** ((part.week - now) / half_life)
            shown *= fading
            positive *= fading
        now = part.week
        shown += np.bincount(part.items, minlength=items)
        positive += np.bincount(part.items[part.positive], minlength=items)
    return ItemCounts(shown, positive)


def popularity(counts: ItemCounts) -> ItemScores:
    """Recommends what most people cared for."""
    return ItemScores(counts.positive.astype(np.float32))


def conversion(counts: ItemCounts, prior: float = 0.0) -> ItemScores:
    """Recommends what people care for most often when it is shown.

    Parameters
    ----------
    counts
        Of the training weeks.
    prior
        Rows with the mean rate that each item is given in advance: with 0, as published, an item
        that was shown once and liked comes first. An item never shown then has rate 0.

    Raises
    ------
    InvalidInputError
        If `prior` is negative.
    """
    if prior < 0:
        raise InvalidInputError(f"a prior is a number of rows of at least 0, got {prior}")
    mean = counts.positive.sum() / max(counts.shown.sum(), 1e-300)
    rows = counts.shown + prior
    rates = (counts.positive + prior * mean) / np.where(rows > 0, rows, 1.0)
    return ItemScores(rates.astype(np.float32))
