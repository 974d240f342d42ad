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
from trovato.evaluate.composed_images import (
    CIRCO,
    CIRR,
    FASHION_IQ,
    ComposedProtocol,
    ComposedReport,
    TruncatedAP,
    evaluate_composed,
)
from trovato.evaluate.composed_submissions import (
    circo_submission,
    cirr_submission,
    fashion_iq_submission,
)
from trovato.evaluate.inputs import QrelsLike, RunLike
from trovato.evaluate.measures import (
    AP,
    NDCG,
    RR,
    AveragePrecision,
    P,
    Precision,
    R,
    Recall,
    ReciprocalRank,
    Success,
    all_gold,
    gold_recall,
    nDCG,
    parse_measure,
)
from trovato.evaluate.measures.registry import MeasureLike
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
from trovato.evaluate.trec import read_qrels, read_run

__all__ = [
    "AP",
    "CIRCO",
    "CIRR",
    "FASHION_IQ",
    "NDCG",
    "RR",
    "AnswerOutcome",
    "AveragePrecision",
    "Breakdown",
    "Comparison",
    "ComposedProtocol",
    "ComposedReport",
    "Difference",
    "Estimate",
    "MeasureLike",
    "P",
    "Part",
    "Precision",
    "QrelsLike",
    "R",
    "Recall",
    "ReciprocalRank",
    "Report",
    "RunLike",
    "Success",
    "Summary",
    "TruncatedAP",
    "all_gold",
    "bearing",
    "break_down",
    "circo_submission",
    "cirr_submission",
    "compare",
    "evaluate",
    "evaluate_composed",
    "fashion_iq_submission",
    "frontier_chart",
    "gold_recall",
    "heatmap",
    "holm",
    "interval_chart",
    "is_accurate",
    "is_attacked",
    "line_chart",
    "mcnemar",
    "nDCG",
    "paired_difference",
    "paired_t_test",
    "parse_measure",
    "rate",
    "read_qrels",
    "read_run",
]
