"""Models of statsforecast (Apache-2.0), one series at a time, as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trovato.retrieve.forecasts import ForecastModel, Origin, SimpleForecast


@dataclass
class Peer:
    """A model of statsforecast for the `most` items with most by `base`; others keep that."""

    model: Any
    most: int
    base: str = "ewma"
    failed: int = field(default=0, init=False)

    def predict(self, origin: Origin) -> np.ndarray:
        expected = SimpleForecast(self.base).predict(origin)
        for at in np.argsort(-expected, kind="stable")[: self.most].tolist():
            try:
                found = float(self.model.forecast(origin.counts[at].copy(), h=1)["mean"][0])
            except (ValueError, ZeroDivisionError, np.linalg.LinAlgError):
                found = np.nan  # a series that is too short for it
            self.failed += not np.isfinite(found)
            if np.isfinite(found):
                expected[at] = max(found, 0.0)
        return expected


def peers(most: int) -> dict[str, ForecastModel]:
    """Exponential smoothing of a chosen form, Theta, and Croston with the correction of SBA."""
    from statsforecast.models import AutoETS, CrostonSBA, Theta

    models = {"AutoETS": AutoETS(season_length=1), "Theta": Theta(), "CrostonSBA": CrostonSBA()}
    return {name: Peer(model, most) for name, model in models.items()}
