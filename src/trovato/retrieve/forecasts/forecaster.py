"""A forecast as a retriever: its query is a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from trovato.core import InvalidInputError, Item, Query, Ranking, SignalEvidence
from trovato.core.shapes import Int64
from trovato.interactions.bins import CountTable
from trovato.retrieve.forecasts.fitted import FittedForecast
from trovato.retrieve.forecasts.origin import Origin, origin_at
from trovato.retrieve.forecasts.signal_records import signal_records

ForecastOrder = Literal["count", "growth"]


@dataclass(frozen=True, eq=False)
class PopularityForecaster:
    """Ranks items by what is expected of them in the bin after the moment of the query.

    Parameters
    ----------
    table
        Counts. Those after the moment are not looked at.
    fitted
        The forecast.
    catalogue
        Items by id, for their texts, and their attribute `category`; others are named by their id.
    order
        By expected count, or by how likely items are to grow most.
    """

    table: CountTable
    fitted: FittedForecast
    catalogue: Mapping[str, Item] = field(default_factory=dict)
    order: ForecastOrder = "count"

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` items after `query.moment`; after the newest bin where that is empty.

        Items are left out of which nothing is known of the newest 8 bins.

        Raises
        ------
        InvalidInputError
            If `k` is below 1, or there is no bin of that label.
        """
        if k < 1:
            raise InvalidInputError(f"k is at least 1, got {k}")
        origin = self.origin(query.moment)
        expected, low, high = self.fitted.predict(origin)
        scores = expected
        if self.order == "growth":
            scores = self.fitted.growth.score(origin)
        # What nobody counted for as long as signals look back may be gone.
        there = np.flatnonzero(origin.known | (origin.signals["observed"] > 0))
        best = there[np.argsort(-scores[there], kind="stable")[:k]]
        return Ranking.of(
            (
                self._item(int(origin.places[at])),
                float(scores[at]),
                SignalEvidence(
                    signals=signal_records(
                        origin,
                        int(at),
                        float(expected[at]),
                        (float(low[at]), float(high[at])),
                        self.fitted.horizon,
                    )
                ),
            )
            for at in best
        )

    def origin(self, moment: str = "") -> Origin:
        """What is known at a moment.

        Raises
        ------
        InvalidInputError
            If there is no bin of that label.
        """
        last = self.table.place_of_bin(moment)
        return origin_at(self.table, last, self.fitted.periods, self._categories)

    def _item(self, place: int) -> Item:
        name = self.table.items[place]
        return self.catalogue.get(name) or Item(name, "item", name)

    @cached_property
    def _categories(self) -> Int64[np.ndarray, " items"] | None:
        return category_places(self.table, self.catalogue)


def category_places(
    table: CountTable, catalogue: Mapping[str, Item]
) -> Int64[np.ndarray, " items"] | None:
    """A number for the attribute `category` of each item, −1 for none; None without a catalogue."""
    if not catalogue:
        return None
    numbers: dict[str, int] = {}
    found = np.full(len(table.items), -1, np.int64)
    for place, name in enumerate(table.items):
        item = catalogue.get(name)
        category = str(item.attributes.get("category", "")) if item else ""
        if category:
            found[place] = numbers.setdefault(category, len(numbers))
    return found
