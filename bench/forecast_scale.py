"""A night's work for many items: how long fitting, scoring and explaining take.

    python bench/forecast_scale.py [--items 100000] [--bins 104]

Counts are drawn about planted rates. Seconds are of the processor, one thread.
"""

from __future__ import annotations

import argparse
import resource
import time

from trovato.interactions.synthetic import planted_counts
from trovato.recommend.forecasts import forecast
from trovato.retrieve.forecasts import origin_at
from trovato.train.forecasts import ForecastSettings, fit_forecast


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--bins", type=int, default=104)
    options = parser.parse_args()
    table, _ = planted_counts(options.items, options.bins)
    settings = ForecastSettings()
    print(f"{options.items:,} items, {options.bins} bins, {len(table.counts):,} counts")
    begin = time.process_time()
    fitted = fit_forecast(table, settings)
    print(f"fit {time.process_time() - begin:.1f} s: {fitted.verdict()}")
    begin = time.process_time()
    origin = origin_at(table, len(table) - 1, settings.periods)
    signals = time.process_time()
    fitted.predict(origin)
    print(f"signals {signals - begin:.1f} s, scores {time.process_time() - signals:.1f} s")
    begin = time.process_time()
    forecast(table, fitted, top=1000, explain=True)
    print(f"signals, scores and 1,000 explanations {time.process_time() - begin:.1f} s")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
