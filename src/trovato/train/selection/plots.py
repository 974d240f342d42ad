"""Pictures of a selection."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float64
from trovato.evaluate import line_chart
from trovato.train.selection.report import SelectionReport

_POINTS = 100


def selection_plots(report: SelectionReport) -> dict[str, str]:
    """SVG charts by the name of a file: rewards, scores and distances, of the pool and the chosen.

    Parameters
    ----------
    report
        Of `select_examples`.
    """
    known = report.table.counts > 0
    means = report.table.means
    charts = {
        "rewards.svg": line_chart(
            {"pool": _quantiles(means[known]), "chosen": _quantiles(means[report.chosen])},
            "share of examples",
            "mean reward",
        ),
        "scores.svg": line_chart(
            {
                "pool": _quantiles(report.scores[known]),
                "chosen": _quantiles(report.scores[report.chosen]),
            },
            "share of examples",
            "score",
        ),
        "order.svg": line_chart(
            {"mean reward": _thinned(means[report.order])}, "place in the order", "mean reward"
        ),
    }
    if report.distances is not None:
        charts["distances.svg"] = line_chart(
            {"pool": _quantiles(report.distances[known])},
            "share of examples",
            "cosine distance to the nearest chosen one",
        )
    return charts


def _quantiles(values: Float64[np.ndarray, " values"]) -> list[tuple[float, float]]:
    shares = np.linspace(0, 1, min(_POINTS, len(values)) + 1)
    return list(zip(shares.tolist(), np.quantile(values, shares).tolist(), strict=True))


def _thinned(values: Float64[np.ndarray, " values"]) -> list[tuple[float, float]]:
    places = np.unique(np.linspace(0, len(values) - 1, 4 * _POINTS).astype(int))
    return [(float(place), float(values[place])) for place in places.tolist()]
