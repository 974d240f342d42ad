"""How simple lines ranked on past origins: nothing is fitted, so early origins count as well."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean

import numpy as np

from trovato.core.shapes import Bool, Float64
from trovato.evaluate.forecasts import count_ndcg, riser_recall
from trovato.retrieve.forecasts import BASELINES, Origin, SimpleForecast, growth_of
from trovato.train.forecasts.rows import RISERS
from trovato.train.forecasts.targets import Truth

_DEPTH = 50

Scores = Float64[np.ndarray, " items"]


@dataclass(frozen=True, slots=True, eq=False)
class LineScores:
    """NDCG@50 and Riser-Recall@20 of each of `BASELINES`, origin by origin."""

    ndcg: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in BASELINES})
    riser_recall: dict[str, list[float]] = field(
        default_factory=lambda: {name: [] for name in BASELINES}
    )

    def add(self, origin: Origin, truth: Truth) -> None:
        """Let every line forecast from one more origin."""
        kept = ranked(origin, truth)
        for name in BASELINES:
            expected = SimpleForecast(name).predict(origin)
            growth = growth_of(expected, origin)
            self.ndcg[name].append(ndcg_of(expected, truth, kept))
            self.riser_recall[name].append(
                riser_recall_of(growth, origin.counts[:, -1], truth, kept)
            )

    def best(self) -> str:
        """The line that ranked best in the mean; the first of equal ones."""
        return max(BASELINES, key=lambda name: fmean(self.ndcg[name]))

    def best_of_growth(self) -> str:
        """The line whose growth found most risers in the mean; the first of equal ones."""
        return max(BASELINES, key=lambda name: fmean(self.riser_recall[name]))


def ranked(origin: Origin, truth: Truth) -> Bool[np.ndarray, " items"]:
    """Which items are ranked: those of which the last count and what came are known."""
    kept: Bool[np.ndarray, " items"] = origin.known & ~np.isnan(truth.counts)
    return kept


def ndcg_of(expected: Scores, truth: Truth, kept: Bool[np.ndarray, " items"]) -> float:
    """NDCG@50 with counts as gains."""
    return count_ndcg(expected[kept], truth.least[kept], _DEPTH, truth.everything)


def riser_recall_of(
    scores: Scores, last: Scores, truth: Truth, kept: Bool[np.ndarray, " items"]
) -> float:
    """Riser-Recall@20."""
    return riser_recall(scores[kept], last[kept], truth.counts[kept], RISERS)
