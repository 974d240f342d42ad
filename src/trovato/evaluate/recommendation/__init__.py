"""Recommendations against what people did: blocks of users in, sums that merge out."""

from trovato.evaluate.recommendation.accumulator import Tally
from trovato.evaluate.recommendation.auc import AUC, clustered_interval
from trovato.evaluate.recommendation.beyond_accuracy import Exposure
from trovato.evaluate.recommendation.conventions import CONVENTIONS, Conventions
from trovato.evaluate.recommendation.xauc import xauc

__all__ = [
    "AUC",
    "CONVENTIONS",
    "Conventions",
    "Exposure",
    "Tally",
    "clustered_interval",
    "xauc",
]
