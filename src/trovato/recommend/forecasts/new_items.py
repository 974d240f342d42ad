"""What is expected of items that were never counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core import Encoder, InvalidInputError, Item
from trovato.core.shapes import Float32, Int64
from trovato.generate.explanations import Wording, explain_forecast
from trovato.interactions.bins import CountTable
from trovato.recommend.forecasts.forecast import ForecastItem
from trovato.retrieve.forecasts import ColdStart, cold_signals, newcomers


def forecast_new_items(
    table: CountTable,
    catalogue: Mapping[str, Item],
    encoder: Encoder,
    *,
    top: int = 20,
    moment: str = "",
    most: int = 2000,
    level: float = 0.8,
    wording: Wording = Wording(),
) -> tuple[ForecastItem, ...]:
    """Rank items of a catalogue without any count by how items like them began.

    Like is what has the same category, if that is known, and a near title.

    Parameters
    ----------
    table
        Counts; those after the moment are not looked at.
    catalogue
        Items by id, with titles and perhaps the attribute `category`.
    encoder
        Of titles; the sum of its token vectors is compared.
    top
        How many items.
    moment
        Label of the newest bin to look at; the last one where it is empty.
    most
        From how many of the newest items is learned.
    level
        Share of their first counts that an interval holds.
    wording
        What is counted.

    Raises
    ------
    InvalidInputError
        If `top` is below 1, there is no such bin, or no item came after the first one.
    """
    if top < 1:
        raise InvalidInputError(f"top is at least 1, got {top}")
    last = table.place_of_bin(moment)
    places = newcomers(table, last, most)
    counted = {table.items[at] for at in np.flatnonzero(table.first_bins <= last).tolist()}
    new = [catalogue[name] for name in sorted(catalogue.keys() - counted)]
    if not new:
        return ()
    names = [table.items[place] for place in places.tolist()]
    known = [catalogue.get(name) or Item(name, "item", name) for name in names]
    numbers = _numbers([*known, *new])
    vectors = _vectors([*known, *new], encoder)
    split = len(known)
    cold = ColdStart.fit(table, places, vectors[:split], numbers[:split], level=level)
    expected, low, high, told = cold.predict(vectors[split:], numbers[split:])
    found = []
    for rank, at in enumerate(np.argsort(-expected, kind="stable")[:top].tolist(), start=1):
        ends = (float(low[at]), float(high[at]))
        signals = cold_signals(float(expected[at]), ends, int(told[at]))
        text = explain_forecast(signals, wording)
        found.append(ForecastItem(rank, new[at], float(expected[at]), *ends, signals, text))
    return tuple(found)


def _numbers(items: Sequence[Item]) -> Int64[np.ndarray, " items"]:
    """A number for each category, −1 for none."""
    names = [str(item.attributes.get("category", "")) for item in items]
    places = {name: at for at, name in enumerate(sorted(set(names) - {""}))}
    return np.array([places.get(name, -1) for name in names], np.int64)


def _vectors(items: Sequence[Item], encoder: Encoder) -> Float32[np.ndarray, "items dim"]:
    # A text without a token has no vectors, and is like nothing.
    sums = [one.values.sum(axis=0) for one in encoder.encode([item.text for item in items])]
    return np.stack(sums).astype(np.float32)
