"""Rankings against truth: measures, intervals and comparisons."""

from trovato.evaluate.answers.attack_metrics import (
    AnswerOutcome,
    Breakdown,
    Part,
    bearing,
    break_down,
)
from trovato.evaluate.answers.matching import is_accurate, is_attacked
from trovato.evaluate.compare import Comparison, Difference, compare
from trovato.evaluate.measures.average_precision import AveragePrecision
from trovato.evaluate.measures.ndcg import NDCG
from trovato.evaluate.measures.precision import Precision
from trovato.evaluate.measures.recall import Recall
from trovato.evaluate.measures.reciprocal_rank import ReciprocalRank
from trovato.evaluate.measures.registry import parse_measure
from trovato.evaluate.measures.success import Success
from trovato.evaluate.plots.heatmap import heatmap
from trovato.evaluate.plots.line_chart import frontier_chart, interval_chart, line_chart
from trovato.evaluate.result import Report, Summary
from trovato.evaluate.run import evaluate
from trovato.evaluate.statistics.bootstrap import Estimate
from trovato.evaluate.statistics.paired_tests import (
    holm,
    mcnemar,
    paired_difference,
    paired_t_test,
    rate,
)

__all__ = [
    "NDCG",
    "AnswerOutcome",
    "AveragePrecision",
    "Breakdown",
    "Comparison",
    "Difference",
    "Estimate",
    "Part",
    "Precision",
    "Recall",
    "ReciprocalRank",
    "Report",
    "Success",
    "Summary",
    "bearing",
    "break_down",
    "compare",
    "evaluate",
    "frontier_chart",
    "heatmap",
    "holm",
    "interval_chart",
    "is_accurate",
    "is_attacked",
    "line_chart",
    "mcnemar",
    "paired_difference",
    "paired_t_test",
    "parse_measure",
    "rate",
]
