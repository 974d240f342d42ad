"""A fitted forecast in a file: JSON, with trees as the text of LightGBM."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    PathLike,
    UnreadableFileError,
    atomic_path,
)
from trovato.retrieve.forecasts.fitted import FittedForecast
from trovato.retrieve.forecasts.growth import ExpectedGrowth, GrowthModel, RiserTrees
from trovato.retrieve.forecasts.intervals import ForecastIntervals
from trovato.retrieve.forecasts.models import (
    BlendedForecast,
    BoostedForecast,
    ForecastModel,
    SimpleForecast,
)

_FORMAT = "trovato forecast 3"


def save_forecast(path: PathLike, fitted: FittedForecast) -> None:
    """Write a fitted forecast to one file, whole or not at all.

    Raises
    ------
    InvalidInputError
        If its model has no file format, as one of your own.
    StorageError
        If the system refuses to write.
    """
    intervals = fitted.intervals
    text = json.dumps(
        {
            "format": _FORMAT,
            "name": fitted.name,
            "model": _to_json(fitted.model),
            "intervals": {
                "edges": intervals.edges.tolist(),
                "below": intervals.below.tolist(),
                "above": intervals.above.tolist(),
                "level": intervals.level,
            },
            "periods": list(fitted.periods),
            "horizon": fitted.horizon,
            "fitted_to": fitted.fitted_to,
            "line": fitted.line,
            "validation": dict(fitted.validation),
            "growth_name": fitted.growth_name,
            "growth": _growth_to_json(fitted.growth),
            "growth_line": fitted.growth_line,
            "growth_validation": dict(fitted.growth_validation),
        }
    )
    with atomic_path(Path(path)) as part:
        part.write_text(text, encoding="utf-8")


def load_forecast(path: PathLike) -> FittedForecast:
    """What `save_forecast` wrote.

    Raises
    ------
    UnreadableFileError
        If there is no such file, or it is another kind, or damaged.
    """
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
        if read["format"] != _FORMAT:
            raise UnreadableFileError(f"{path} is {read['format']!r}, wanted {_FORMAT!r}")
        ends = read["intervals"]
        return FittedForecast(
            read["name"],
            _of_json(read["model"]),
            ForecastIntervals(
                np.array(ends["edges"], np.float64),
                np.array(ends["below"], np.float64),
                np.array(ends["above"], np.float64),
                ends["level"],
            ),
            tuple(read["periods"]),
            read["horizon"],
            read["fitted_to"],
            read["line"],
            read["validation"],
            read["growth_name"],
            _growth_of_json(read["growth"]),
            read["growth_line"],
            read["growth_validation"],
        )
    except (OSError, UnicodeError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFileError(f"cannot read a forecast from {path}: {error}") from error


def _to_json(model: ForecastModel) -> dict[str, Any]:
    if isinstance(model, SimpleForecast):
        return {"kind": "simple", "name": model.name}
    if isinstance(model, BoostedForecast):
        return {"kind": "boosted", "trees": model.trees, "base": model.base}
    if isinstance(model, BlendedForecast):
        parts = [_to_json(part) for part in model.parts]
        return {"kind": "blend", "parts": parts, "weights": list(model.weights)}
    raise InvalidInputError(f"{type(model).__name__} has no file format")


def _of_json(read: dict[str, Any]) -> ForecastModel:
    if read["kind"] == "simple":
        return SimpleForecast(read["name"])
    if read["kind"] == "boosted":
        return BoostedForecast(read["trees"], read["base"])
    return BlendedForecast(tuple(_of_json(part) for part in read["parts"]), tuple(read["weights"]))


def _growth_to_json(growth: GrowthModel) -> dict[str, Any]:
    if isinstance(growth, RiserTrees):
        return {"kind": "risers", "trees": growth.trees}
    if isinstance(growth, ExpectedGrowth):
        return {"kind": "expected", "model": _to_json(growth.model)}
    raise InvalidInputError(f"{type(growth).__name__} has no file format")


def _growth_of_json(read: dict[str, Any]) -> GrowthModel:
    if read["kind"] == "risers":
        return RiserTrees(read["trees"])
    return ExpectedGrowth(_of_json(read["model"]))
