"""Measures of one ranking against the truth."""

from trovato.evaluate.measures.all_gold import all_gold, gold_recall
from trovato.evaluate.measures.average_precision import AveragePrecision
from trovato.evaluate.measures.ndcg import NDCG
from trovato.evaluate.measures.precision import Precision
from trovato.evaluate.measures.recall import Recall
from trovato.evaluate.measures.reciprocal_rank import ReciprocalRank
from trovato.evaluate.measures.registry import parse_measure
from trovato.evaluate.measures.success import Success

# The field's notation, as in ir_measures: `nDCG @ 10`, `RR`.
AP, P, R, RR, nDCG = AveragePrecision, Precision, Recall, ReciprocalRank, NDCG  # noqa: N816

__all__ = [
    "AP",
    "NDCG",
    "RR",
    "AveragePrecision",
    "P",
    "Precision",
    "R",
    "Recall",
    "ReciprocalRank",
    "Success",
    "all_gold",
    "gold_recall",
    "nDCG",
    "parse_measure",
]
