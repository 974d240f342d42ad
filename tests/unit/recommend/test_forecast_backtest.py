"""Rolling origins: all models on the same moments, and the gate's words."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.interactions.synthetic import planted_counts
from trovato.recommend.forecasts import backtest
from trovato.retrieve.forecasts import ForecastModel, Origin
from trovato.train.forecasts import ForecastSettings

SETTINGS = ForecastSettings(periods=(4,), origins=12)


class Rates:
    """Knows what the counts are drawn about."""

    def __init__(self, rates: np.ndarray) -> None:
        self._rates = rates

    def predict(self, origin: Origin) -> np.ndarray:
        found: np.ndarray = self._rates[origin.places, int(origin.moment) + 1]
        return found


class Backwards:
    """Expects most of what has least."""

    def predict(self, origin: Origin) -> np.ndarray:
        found: np.ndarray = 1 / (1 + origin.counts[:, -1])
        return found


@pytest.mark.needs("lightgbm")
def test_each_model_is_told_whether_it_beats_the_simple_lines() -> None:
    table, rates = planted_counts(80, 24)
    models: dict[str, ForecastModel] = {"rates": Rates(rates), "backwards": Backwards()}
    report = backtest(table, SETTINGS, origins=3, models=models)
    assert report.origins == ("020", "021", "022")
    assert "The model rates beats the best simple line" in report.verdict
    assert "The model backwards does not beat the best simple line" in report.verdict
    best, worst = (report.metrics[name].ndcg_20 for name in models)
    assert best is not None
    assert worst is not None
    assert best.mean > 0.9 > worst.mean
    held = report.metrics["default"].coverage_50
    assert held is not None
    assert held.mean * 3 * 50 == pytest.approx(round(held.mean * 3 * 50))
    assert 0.5 < held.mean <= 1
    assert report.metrics["rates"].coverage_50 is None


def test_more_moments_than_there_are_are_refused() -> None:
    table, _ = planted_counts(10, 12)
    with pytest.raises(InvalidInputError, match="only 11 moments"):
        backtest(table, SETTINGS, origins=12)
    with pytest.raises(InvalidInputError, match="refit is at least 1"):
        backtest(table, SETTINGS, refit=0)
