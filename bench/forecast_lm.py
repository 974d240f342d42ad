"""Language models against simple lines on a real log.

    python bench/forecast_lm.py FOLDER MODEL [--log ml-100k] [--origins 20] [--texts 10]

FOLDER is that of `bench/forecast.py`, MODEL a pretrained model of the Llama family (`trovato models
get smollm2`). All learn from the moments before the late ones and nothing later: LoRA in the last
two layers of the pretrained model, a tiny one from scratch, and a linear map of the same signals
with the language model removed. All add to the logarithm of the same simple forecast; the language
models are asked of the items that have most of it. With --texts 0 the pretrained model learns its
score alone, from far shorter texts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from forecast import PERIODS, show
from forecast_data import LOGS, load
from trovato.generate.explanations import explain_forecast
from trovato.recommend.forecasts import backtest
from trovato.retrieve.forecasts import (
    ForecastModel,
    Origin,
    SimpleForecast,
    origin_at,
    signal_records,
)
from trovato.train.forecast_lm import (
    AdapterSettings,
    ForecastLanguageModel,
    LanguageModelSettings,
    fit_adapter,
    fit_language_model,
)
from trovato.train.forecasts import ForecastSettings, Truth, past_moments, truth_after


class LinearResidual:
    """The language model removed: ridge regression of the same residual on the signals."""

    def __init__(self, past: list[tuple[Origin, Truth]], base: str) -> None:
        self._base = base
        kept = [origin.known & ~np.isnan(truth.counts) for origin, truth in past]
        features = np.concatenate([o.features()[k] for (o, _), k in zip(past, kept, strict=True)])
        features = np.nan_to_num(features)
        self._mean, self._scale = features.mean(0), features.std(0) + 1e-9
        target = np.concatenate(
            [
                np.log1p(t.counts[k]) - np.log1p(SimpleForecast(base).predict(o)[k])
                for (o, t), k in zip(past, kept, strict=True)
            ]
        )
        made = self._read(features)
        penalty = len(made) * 1e-3 * np.eye(made.shape[1])
        self._weights = np.linalg.solve(made.T @ made + penalty, made.T @ target)

    def _read(self, features: np.ndarray) -> np.ndarray:
        scaled = (np.nan_to_num(features) - self._mean) / self._scale
        return np.column_stack([np.clip(scaled, -5, 5), np.ones(len(scaled))])

    def predict(self, origin: Origin) -> np.ndarray:
        base = np.log1p(SimpleForecast(self._base).predict(origin))
        expected: np.ndarray = np.maximum(
            np.expm1(base + self._read(origin.features()) @ self._weights), 0
        )
        return expected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--log", choices=LOGS, default="ml-100k")
    parser.add_argument("--base", default="ma-4")
    parser.add_argument("--origins", type=int, default=20)
    parser.add_argument("--texts", type=int, default=10)
    parser.add_argument("--layers", type=int, default=0, help="of the pretrained model; 0 for all")
    parser.add_argument("--batches", type=int, default=16, help="of 16 items, for the pretrained")
    parser.add_argument("--steps", type=int, default=48, help="of the pretrained model")
    parser.add_argument("--asked", type=int, default=50)
    options = parser.parse_args()
    table = load(options.folder, options.log)
    settings = ForecastSettings(periods=PERIODS.get(options.log, (4, 13, 52)))
    first = past_moments(table, settings, len(table) - 1)[-options.origins]
    past = []
    for last in past_moments(table, settings, first):
        origin = origin_at(table, last, settings.periods)
        truth = truth_after(table, last, origin)
        if truth is not None:
            past.append((origin, truth))
    print(f"{options.log}: learns from {len(past)} moments up to {table.bins[first]}", flush=True)
    base = options.base
    spoken = 0.5 if options.texts else 0.0
    few = LanguageModelSettings(
        base, options.steps, 16, options.batches, 1e-3, generation=spoken, contrast=spoken
    )
    many = LanguageModelSettings(base, steps=100, batch=32)
    adapter = AdapterSettings(options.layers)
    models: dict[str, Any] = {
        "LM removed": timed("LM removed", lambda: LinearResidual(past, base)),
        "tiny LM": timed("tiny LM", lambda: fit_language_model(past, many)),
        "LoRA": timed(
            "LoRA", lambda: fit_adapter(options.model, past, few, adapter, most=options.asked)
        ),
    }
    models["tiny LM"].most = options.asked
    begin = time.process_time()
    given: dict[str, ForecastModel] = models
    report = backtest(table, settings, origins=options.origins, refit=options.origins, models=given)
    show(options.log, report, time.process_time() - begin)
    for name in ("tiny LM", "LoRA") if options.texts else ():
        texts(models[name], origin_at(table, len(table) - 1, settings.periods), options.texts, name)


def timed(name: str, fit: Callable[[], Any]) -> Any:
    begin = time.process_time()
    made = fit()
    print(f"{name}: fitted in {time.process_time() - begin:.0f} CPU s", flush=True)
    return made


def texts(model: ForecastLanguageModel, origin: Origin, many: int, name: str) -> None:
    """What the model writes of the most popular items, and how much of it verifies."""
    expected = model.predict(origin)
    shown = 0
    for at in np.argsort(-origin.counts[:, -1], kind="stable")[:many].tolist():
        value = float(expected[at])
        signals = signal_records(origin, at, value, (value / 2, value * 2))
        writer = partial(model.write, origin.counts[at])
        found = explain_forecast(signals, writer=writer, attempts=1)
        shown += found.source == "model"
        print(f"{name}: {found.source}: {(found.rejected or (found.text,))[0]}", flush=True)
    print(f"{name}: {shown} of {many} texts verified", flush=True)


if __name__ == "__main__":
    main()
