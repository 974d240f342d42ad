"""Forecasts of counts against the counts that came."""

from trovato.evaluate.forecasts.count_measures import (
    count_ndcg,
    direction_accuracy,
    interval_coverage,
    riser_recall,
)

__all__ = ["count_ndcg", "direction_accuracy", "interval_coverage", "riser_recall"]
