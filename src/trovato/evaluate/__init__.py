"""Rankings against truth: measures, intervals and comparisons."""

from trovato.evaluate.answers import is_accurate, is_attacked, normalise_answer
from trovato.evaluate.bootstrap import Estimate
from trovato.evaluate.chart import line_chart
from trovato.evaluate.compare import Comparison, Difference, compare
from trovato.evaluate.measures import (
    NDCG,
    AveragePrecision,
    Precision,
    Recall,
    ReciprocalRank,
    Success,
    parse_measure,
)
from trovato.evaluate.report import Report, Summary
from trovato.evaluate.run import evaluate

__all__ = [
    "NDCG",
    "AveragePrecision",
    "Comparison",
    "Difference",
    "Estimate",
    "Precision",
    "Recall",
    "ReciprocalRank",
    "Report",
    "Success",
    "Summary",
    "compare",
    "evaluate",
    "is_accurate",
    "is_attacked",
    "line_chart",
    "normalise_answer",
    "parse_measure",
]
