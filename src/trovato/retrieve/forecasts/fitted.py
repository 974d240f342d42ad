"""A fitted forecast: the model that was chosen, its intervals, and what it was chosen over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trovato.core.shapes import Float64
from trovato.retrieve.forecasts.growth import GrowthModel
from trovato.retrieve.forecasts.intervals import ForecastIntervals
from trovato.retrieve.forecasts.models import BASELINES, ForecastModel
from trovato.retrieve.forecasts.origin import Origin

Values = Float64[np.ndarray, " items"]


@dataclass(frozen=True, slots=True, eq=False)
class FittedForecast:
    """What is needed to forecast from any later moment.

    Parameters
    ----------
    name
        Of the model that was chosen.
    model
        Itself.
    intervals
        About its forecasts.
    periods
        Seasons, in bins.
    horizon
        How many bins are forecast together.
    fitted_to
        Label of the newest bin that was used.
    line
        The simple line that ranked best on past origins, with which the learned models competed.
    validation
        NDCG@50 of all models on the late origins by which one was chosen, by name.
    growth_name, growth
        What ranks items by how likely they are to rise most.
    growth_line
        The simple line whose growth found most risers on past origins.
    growth_validation
        Riser-Recall@20 of all that may rank by growth on the late origins, by name.
    """

    name: str
    model: ForecastModel
    intervals: ForecastIntervals
    periods: tuple[int, ...]
    horizon: int
    fitted_to: str
    line: str
    validation: Mapping[str, float]
    growth_name: str
    growth: GrowthModel
    growth_line: str
    growth_validation: Mapping[str, float]

    def predict(self, origin: Origin) -> tuple[Values, Values, Values]:
        """The expected mean count of the next bins, and its interval's ends."""
        expected = self.model.predict(origin)
        return expected, *self.intervals.around(expected)

    def verdict(self) -> str:
        """In words: what was chosen, over what, and by how much."""
        learned = {name: v for name, v in self.validation.items() if name not in BASELINES}
        top = max(learned, key=lambda name: learned[name])
        simple = self.validation[self.line]
        numbers = f"NDCG@50 {learned[top]:.3f} against {simple:.3f} of {self.line}"
        if learned[top] > simple:
            return f"{top} beats the best simple line on the validation origins: {numbers}."
        return (
            f"The learned models do not beat the best simple line on the validation origins: "
            f"{top} has {numbers}, so {self.name} is used."
        )

    def growth_verdict(self) -> str:
        """In words: what ranks by growth, over what, and by how much."""
        scores, line = self.growth_validation, self.growth_line
        return (
            f"Growth is ranked by {self.growth_name}: Riser-Recall@20 "
            f"{scores[self.growth_name]:.3f} against {scores[line]:.3f} of {line}, the best simple "
            f"line, on the validation origins."
        )
