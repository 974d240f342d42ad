"""One query: the runs' values from a sample of its pool, and where their error comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float64
from trovato.evaluate.incomplete.expected_measures import ExpectedMeasure, Shares
from trovato.evaluate.incomplete.sampling import SampledItem


@dataclass(frozen=True, slots=True)
class QueryEstimate:
    """What a sample says about one query.

    Parameters
    ----------
    values
        Of each run.
    errors
        How the value of each run moves with the weight of each sampled document that was not
        certain to be drawn.
    probabilities
        With which those were drawn.
    """

    values: Float64[np.ndarray, "runs"]
    errors: Float64[np.ndarray, "runs sampled"]
    probabilities: Float64[np.ndarray, "sampled"]

    def variances(self) -> Float64[np.ndarray, "runs"]:
        """Of each run's value, by the sampling of judgements."""
        return np.asarray(np.square(self.errors) @ _noise(self.probabilities))

    def variance_of_difference(self, first: int, second: int, factor: float = 1.0) -> float:
        """Of the difference of two runs, were all probabilities larger by a factor of 1 or more."""
        larger = np.minimum(1, self.probabilities * factor)
        noise = (1 - larger) / larger / self.probabilities
        return float((self.errors[first] - self.errors[second]) ** 2 @ noise)


def estimate_query(
    runs: Mapping[str, Sequence[str]],
    items: Sequence[SampledItem],
    measure: ExpectedMeasure,
    k: int,
) -> QueryEstimate:
    """The values of all runs for one query.

    A document's share of a grade is what a model predicts, plus, where it was judged, what the
    judgement changes over the probability of being drawn: the difference estimator, which is
    unbiased whatever the model says. The variance is that of the linearised measure, and a measure
    that divides by an estimate is corrected as Beale's ratio estimator is (1962).

    Source: Särndal, Swensson and Wretman, "Model assisted survey sampling", 1992, chapters 5 and 6.
    """
    places = {item.document: place for place, item in enumerate(items)}
    shares, residuals = _shares(items)
    judged = [place for place, item in enumerate(items) if _is_drawn(item)]
    probabilities = np.array([items[at].probability for at in judged], np.float64)
    values, errors = np.zeros(len(runs)), np.zeros((len(runs), len(judged)))
    for row, ranking in enumerate(runs.values()):
        ranks = np.array([places.get(document, -1) for document in ranking[:k]], np.int64)
        found = measure(shares, ranks, k)
        errors[row] = (found.slopes[judged] * residuals[judged]).sum(axis=1)
        divided = (found.ideal_slopes[judged] * residuals[judged]).sum(axis=1)
        noise = _noise(probabilities)
        correction = (divided * errors[row]) @ noise / (1 + np.square(divided) @ noise)
        values[row] = found.value + correction
    return QueryEstimate(values, errors, probabilities)


def _is_drawn(item: SampledItem) -> bool:
    return item.grade is not None and item.probability < 1


def _shares(items: Sequence[SampledItem]) -> tuple[Shares, Shares]:
    """The estimated share of each grade, and how far judgements are from what was predicted."""
    grades = [max(item.grade, 0) for item in items if item.grade is not None]
    width = max([2, *(grade + 1 for grade in grades), *(len(item.predicted) for item in items)])
    shares, residuals = np.zeros((len(items), width)), np.zeros((len(items), width))
    for place, item in enumerate(items):
        shares[place, : len(item.predicted)] = item.predicted
        if item.grade is not None:
            residuals[place] = -shares[place]
            residuals[place, max(item.grade, 0)] += 1
            shares[place] += residuals[place] / item.probability
    return shares, residuals


def _noise(probabilities: Float64[np.ndarray, "sampled"]) -> Float64[np.ndarray, "sampled"]:
    return np.asarray((1 - probabilities) / np.square(probabilities))
