"""Measures from a sample of the judgements: estimates, intervals, and what to judge next.

What is known is a pool: documents that could be judged, each with the probability with which it was
drawn. What lies outside the pool is taken for not relevant.
"""

from trovato.evaluate.incomplete.compare_runs import (
    IncompleteReport,
    RunDifference,
    RunEstimate,
    estimate_runs,
)
from trovato.evaluate.incomplete.leave_one_out import UniqueBias, leave_one_run_out
from trovato.evaluate.incomplete.prediction_powered import PoweredMean, prediction_powered_mean
from trovato.evaluate.incomplete.sampling import SampledItem, comparison_sizes, priority_sample

__all__ = [
    "IncompleteReport",
    "PoweredMean",
    "RunDifference",
    "RunEstimate",
    "SampledItem",
    "UniqueBias",
    "comparison_sizes",
    "estimate_runs",
    "leave_one_run_out",
    "prediction_powered_mean",
    "priority_sample",
]
