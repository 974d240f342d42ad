"""Rankings against truth: measures, intervals and comparisons."""

from trovato.evaluate.answers import is_accurate, is_attacked, normalise_answer
from trovato.evaluate.bootstrap import Estimate
from trovato.evaluate.chart import frontier_chart, interval_chart, line_chart
from trovato.evaluate.compare import Comparison, Difference, compare
from trovato.evaluate.heat import heat_chart
from trovato.evaluate.measures import (
    NDCG,
    AveragePrecision,
    Precision,
    Recall,
    ReciprocalRank,
    Success,
    parse_measure,
)
from trovato.evaluate.poisoning import Breakdown, Outcome, Part, bearing, break_down
from trovato.evaluate.reasoning import told_without_reasoning, without_reasoning
from trovato.evaluate.report import Report, Summary
from trovato.evaluate.run import evaluate
from trovato.evaluate.significance import holm, mcnemar, paired_difference, paired_t_test, rate

__all__ = [
    "NDCG",
    "AveragePrecision",
    "Breakdown",
    "Comparison",
    "Difference",
    "Estimate",
    "Outcome",
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
    "heat_chart",
    "holm",
    "interval_chart",
    "is_accurate",
    "is_attacked",
    "line_chart",
    "mcnemar",
    "normalise_answer",
    "paired_difference",
    "paired_t_test",
    "parse_measure",
    "rate",
    "told_without_reasoning",
    "without_reasoning",
]
