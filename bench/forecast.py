"""The default forecast against simple lines on four real logs, origin by origin.

    python bench/forecast.py FOLDER [wikipedia github ml-100k billboard] [--refit 5] [--peers 100]

FOLDER holds the logs, each in its own. The default is fitted again after every five of 20 origins
(--refit) to what was known by then; nothing is tuned on the origins that are measured. With --peers
models of statsforecast are asked of so many items, those that have most by exponential smoothing.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from forecast_data import LOGS, load
from forecast_peers import peers
from trovato.recommend.forecasts import BacktestReport, backtest
from trovato.train.forecasts import ForecastSettings

PERIODS = {"ml-100k": (4,)}  # 30 weeks have no year


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("logs", nargs="*", default=LOGS)
    parser.add_argument("--origins", type=int, default=20)
    parser.add_argument("--refit", type=int, default=5, help="after how many origins")
    parser.add_argument("--peers", type=int, default=0, help="items that peers are asked of")
    options = parser.parse_args()
    models = peers(options.peers) if options.peers else {}
    for name in options.logs:
        table = load(options.folder, name)
        begin = time.process_time()
        settings = ForecastSettings(periods=PERIODS.get(name, (4, 13, 52)))
        report = backtest(
            table, settings, origins=options.origins, refit=options.refit, models=models
        )
        show(name, report, time.process_time() - begin)


def show(name: str, report: BacktestReport, seconds: float) -> None:
    print(f"\n{name}, {report.origins[0]} to {report.origins[-1]}, {seconds:.0f} CPU s")
    print(f"chosen: {report.chosen}, by growth {report.growth_chosen}. {report.verdict}")
    heads = f"{'NDCG@20':>9}{'NDCG@50':>22}{'risers@20':>11}{'MAE':>10}{'direction':>11}"
    print(f"{'':16}{heads}  coverage, of the first 50")
    for model, found in report.metrics.items():
        means = (
            *(found.ndcg_20, found.riser_recall_20, found.mae),
            *(found.direction, found.coverage, found.coverage_50),
        )
        ndcg_20, risers, mae, direction, coverage, coverage_50 = (
            f"{one.mean:.3f}" if one else "" for one in means
        )
        print(
            f"{model:16}{ndcg_20:>9}{found.ndcg_50!s:>22}{risers:>11}{mae:>10}{direction:>11}"
            f"  {coverage} {coverage_50}"
        )


if __name__ == "__main__":
    main()
