"""Popularity and conversion from counts that were kept week by week."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64
from trovato.interactions.counts.incremental import ROWS, RunningCounts
from trovato.recommend.dataset import Experiment
from trovato.train import ItemCounts


def items_from_counts(counts: RunningCounts, experiment: Experiment) -> ItemCounts:
    """What `popularity` and `conversion` are made of, without reading the training rows again.

    Parameters
    ----------
    counts
        Of the weeks that the experiment learns from, no more and no fewer.
    experiment
        The log under its protocol, which must learn from whole weeks.

    Returns
    -------
    The same numbers as `count_items` finds in `experiment.training()`.

    Raises
    ------
    InvalidInputError
        If other weeks were counted, or an item of the counts is not in the catalogue.
    """
    protocol = experiment.protocol
    parts = {week: set(protocol.split.parts(week)) for week in experiment.log.numbers}
    learnt = [week for week, its in parts.items() if its & set(protocol.learns)]
    if not all(parts[week] <= set(protocol.learns) for week in learnt):
        raise InvalidInputError(f"{protocol.name!r} parts weeks, and counts are of whole weeks")
    if sorted(counts.weeks) != learnt:
        raise InvalidInputError(
            f"{protocol.name!r} learns from the weeks {learnt[0]} to {learnt[-1]}, and the counts "
            f"are of {min(counts.weeks)} to {max(counts.weeks)}: count those that it learns from"
        )
    places = experiment.catalogue.places(counts.items.ids)
    if (places < 0).any():
        item = counts.items.ids[np.argmax(places < 0)]
        raise InvalidInputError(f"item {item} of the counts is not in the catalogue of this log")

    def spread(values: Int64[np.ndarray, " counted"]) -> Float64[np.ndarray, " items"]:
        found = np.zeros(len(experiment.catalogue))
        found[places] = values
        return found

    named = counts.items.counts
    return ItemCounts(spread(named[ROWS]), spread(named[protocol.positive]))
