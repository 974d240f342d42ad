"""A forecast as one page of HTML: what is coming, why, and how good such forecasts were."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from trovato.evaluate import interval_chart
from trovato.recommend.forecasts.backtest import BacktestReport
from trovato.recommend.forecasts.forecast import ForecastList
from trovato.retrieve.forecasts import shown

_CHARTS = (("ndcg_50", "NDCG@50"), ("riser_recall_20", "Riser-Recall@20"))
_COLUMNS = (
    *(("ndcg_20", "NDCG@20"), ("ndcg_50", "NDCG@50"), ("riser_recall_20", "Riser-Recall@20")),
    *(("mae", "MAE"), ("direction", "direction"), ("coverage", "coverage")),
    ("coverage_50", "of the first 50"),
)


@dataclass(frozen=True, slots=True, eq=False)
class ForecastReport:
    """A list of what is coming beside what a backtest measured.

    Parameters
    ----------
    source
        What the counts are called.
    forecast
        The list, best first.
    risers
        The same by growth.
    backtest
        All models on past moments.
    """

    source: str
    forecast: ForecastList
    risers: ForecastList
    backtest: BacktestReport

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        return {
            "made by": f"trovato {version('trovato')}",
            "source": self.source,
            "forecast": self.forecast.to_json(),
            "risers": self.risers.to_json(),
            "backtest": self.backtest.to_json(),
        }

    def to_html(self) -> str:
        """One page that needs no network, no script and no other file.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from jinja2 import Environment, PackageLoader

        metrics = self.backtest.metrics
        charts = []
        for name, title in _CHARTS:
            found = {model: getattr(one, name) for model, one in metrics.items()}
            known = {model: one for model, one in found.items() if one is not None}
            if known:
                charts.append((title, interval_chart(known, title)))
        rows = {
            model: [getattr(one, name) for name, _ in _COLUMNS] for model, one in metrics.items()
        }
        environment = Environment(
            loader=PackageLoader("trovato.recommend.forecasts", "."), autoescape=True
        )
        environment.filters["count"] = lambda value: shown(value, "count")
        return environment.get_template("report.html").render(
            report=self,
            charts=charts,
            rows=rows,
            columns=[title for _, title in _COLUMNS],
            lists=(("What is coming", self.forecast), ("What is about to rise", self.risers)),
            version=version("trovato"),
        )
