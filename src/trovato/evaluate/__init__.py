"""Rankings against truth: measures, intervals and comparisons."""

from trovato.evaluate.bootstrap import Estimate
from trovato.evaluate.chart import frontier_chart, line_chart
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
    "frontier_chart",
    "line_chart",
    "parse_measure",
]
