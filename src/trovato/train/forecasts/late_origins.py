"""The origins by which a forecast is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from trovato.core.shapes import Bool, Float64
from trovato.retrieve.forecasts import (
    BASELINES,
    ForecastIntervals,
    ForecastModel,
    GrowthModel,
    Origin,
    growth_of,
    log_mean,
)
from trovato.train.forecasts.line_scores import ndcg_of, ranked, riser_recall_of
from trovato.train.forecasts.rows import BASES
from trovato.train.forecasts.targets import Truth

TREES, AND = "boosting on ", " + "

Scores = Float64[np.ndarray, " items"]


@dataclass(frozen=True, slots=True, eq=False)
class LateOrigins:
    """What each model expected on late origins, and what came; origins themselves are not kept.

    Parameters
    ----------
    expected
        By model, for each origin.
    growth
        Scores of what ranks by growth, by name, for each origin; the growth that each of
        `expected` says is added.
    truths
        What came after it.
    last
        The newest counts.
    kept
        Which of its items are ranked: those of which the last count and what came are known.
    """

    expected: dict[str, list[Scores]]
    growth: dict[str, list[Scores]]
    truths: list[Truth]
    last: list[Scores]
    kept: list[Bool[np.ndarray, " items"]]

    def add(
        self,
        models: Mapping[str, ForecastModel],
        growth: Mapping[str, GrowthModel],
        origin: Origin,
        truth: Truth,
    ) -> None:
        """Let every model forecast from one more origin."""
        self.truths.append(truth)
        self.last.append(origin.counts[:, -1])
        self.kept.append(ranked(origin, truth))
        for name, model in models.items():
            expected = model.predict(origin)
            self.expected.setdefault(name, []).append(expected)
            self.growth.setdefault(name, []).append(growth_of(expected, origin))
        for name, ranks in growth.items():
            self.growth.setdefault(name, []).append(ranks.score(origin))

    def choose(self, line: str) -> tuple[str, dict[str, float]]:
        """The best of one line, trees, and their blends, and the NDCG of all; a tie goes to it."""
        scores = {name: self._ndcg(name) for name in self.expected}
        for base in BASES:
            blend = f"{TREES}{base}{AND}{line}"
            pairs = zip(self.expected[f"{TREES}{base}"], self.expected[line], strict=True)
            self.expected[blend] = [log_mean(pair, (0.5, 0.5)) for pair in pairs]
            scores[blend] = self._ndcg(blend)
        return _best(line, scores), scores

    def choose_growth(self, line: str) -> tuple[str, dict[str, float]]:
        """What ranks by growth best, and the Riser-Recall@20 of all; ties as above."""
        scores = {
            name: fmean(
                riser_recall_of(one, last, truth, kept)
                for one, last, truth, kept in zip(
                    found, self.last, self.truths, self.kept, strict=True
                )
            )
            for name, found in self.growth.items()
        }
        return _best(line, scores), scores

    def _ndcg(self, name: str) -> float:
        return fmean(
            ndcg_of(expected, truth, kept)
            for expected, truth, kept in zip(
                self.expected[name], self.truths, self.kept, strict=True
            )
        )

    def intervals(self, name: str, level: float) -> ForecastIntervals:
        """Intervals from how far a model was off."""
        rows = list(zip(self.expected[name], self.truths, self.kept, strict=True))
        return ForecastIntervals.fit(
            np.concatenate([expected[kept] for expected, _, kept in rows]),
            np.concatenate([truth.counts[kept] for _, truth, kept in rows]),
            level,
        )


def _best(line: str, scores: Mapping[str, float]) -> str:
    """The best of one simple line and all that was learned."""
    return max(
        [line, *(name for name in scores if name not in BASELINES)], key=lambda name: scores[name]
    )
