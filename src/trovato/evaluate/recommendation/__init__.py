"""Recommendations against what people did: blocks of users in, sums that merge out."""

from trovato.evaluate.recommendation.accumulator import MetricAccumulator
from trovato.evaluate.recommendation.auc import AUC, clustered_interval
from trovato.evaluate.recommendation.beyond_accuracy import BeyondAccuracy
from trovato.evaluate.recommendation.conventions import CONVENTIONS, MetricConventions
from trovato.evaluate.recommendation.xauc import xauc

__all__ = [
    "AUC",
    "CONVENTIONS",
    "BeyondAccuracy",
    "MetricAccumulator",
    "MetricConventions",
    "clustered_interval",
    "xauc",
]
