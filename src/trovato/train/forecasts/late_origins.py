"""The origins by which a forecast is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

import numpy as np

from trovato.core.shapes import Bool, Float64
from trovato.evaluate.forecasts import count_ndcg
from trovato.retrieve.forecasts import BASELINES, ForecastIntervals, ForecastModel, Origin
from trovato.train.forecasts.rows import BASES
from trovato.train.forecasts.targets import Truth

TREES, AND = "boosting on ", " + "
_DEPTH = 50


@dataclass(frozen=True, slots=True, eq=False)
class LateOrigins:
    """What each model expected on late origins, and what came; origins themselves are not kept.

    Parameters
    ----------
    expected
        By model, for each origin.
    truths
        What came after it.
    kept
        Which of its items are ranked: those of which the last count and what came are known.
    """

    expected: dict[str, list[Float64[np.ndarray, " items"]]]
    truths: list[Truth]
    kept: list[Bool[np.ndarray, " items"]]

    def add(self, models: dict[str, ForecastModel], origin: Origin, truth: Truth) -> None:
        """Let every model forecast from one more origin."""
        self.truths.append(truth)
        self.kept.append(origin.known & ~np.isnan(truth.counts))
        for name, model in models.items():
            self.expected[name].append(model.predict(origin))

    def choose(self) -> tuple[str, dict[str, float]]:
        """The best model, and the NDCG of all; a tie goes to the simple lines, which come first."""
        scores = {name: self._ndcg(name) for name in self.expected}
        line = max(BASELINES, key=lambda name: scores[name])
        for base in BASES:
            blend = f"{TREES}{base}{AND}{line}"
            pairs = zip(self.expected[f"{TREES}{base}"], self.expected[line], strict=True)
            self.expected[blend] = [(one + other) / 2 for one, other in pairs]
            scores[blend] = self._ndcg(blend)
        return max(scores, key=lambda name: scores[name]), scores

    def _ndcg(self, name: str) -> float:
        return fmean(
            count_ndcg(expected[kept], truth.least[kept], _DEPTH, truth.everything)
            for expected, truth, kept in zip(
                self.expected[name], self.truths, self.kept, strict=True
            )
        )

    def intervals(self, name: str, level: float) -> ForecastIntervals:
        """Intervals from how far a model was off."""
        known = [~np.isnan(truth.counts) for truth in self.truths]
        return ForecastIntervals.fit(
            np.concatenate([e[at] for e, at in zip(self.expected[name], known, strict=True)]),
            np.concatenate([t.counts[at] for t, at in zip(self.truths, known, strict=True)]),
            level,
        )
