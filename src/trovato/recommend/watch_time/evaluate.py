"""How well watch time is foretold: a mixture with a gate beside a single regression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64
from trovato.evaluate import Estimate
from trovato.evaluate.recommendation import clustered_interval, xauc
from trovato.recommend.dataset import Experiment
from trovato.recommend.watch_time.rows import WatchRows, watch_rows
from trovato.train import (
    CAP,
    WatchMixture,
    WatchModel,
    expected_rank,
    fit_watch_mixture,
    fit_watch_regression,
    watch_likelihood,
)

_TAIL = (1.0, 1.5, 2.0)  # times the cap, where that is still counted

Rows = Float64[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True)
class WatchReport:
    """Two models of watch time on the same test rows.

    Parameters
    ----------
    protocol
        Name and version.
    cap
        Seconds from which on the models were told no more than that.
    fitted, tested
        Rows.
    untimed
        Rows among them that were left out, for their watch time is not known.
    cut_off
        Share of the rows to fit to that are cut off.
    figures
        By model (`mixture`, `regression`) and measure: `MAE` of the median, in seconds; `XAUC` of
        the expected rank; and `log-likelihood` of a row. Intervals are over users.
    differences
        Mixture less regression, on the same rows, by measure.
    tail
        By seconds: the share of test rows that were watched for so long or longer, and the shares
        that the models expect.
    mixture
        As it was fitted.
    """

    protocol: str
    cap: int
    fitted: int
    tested: int
    untimed: int
    cut_off: float
    figures: Mapping[str, Mapping[str, Estimate]]
    differences: Mapping[str, Estimate]
    tail: Mapping[int, Mapping[str, float]]
    mixture: WatchMixture

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values that `json.dumps` takes."""
        laws = {name: np.asarray(value).tolist() for name, value in asdict(self.mixture).items()}
        return {**asdict(self), "mixture": laws}


def measure_watching(experiment: Experiment, *, cap: int = CAP, parts: int = 3) -> WatchReport:
    """Fit both models to the training rows and ask them about the test rows.

    Parameters
    ----------
    experiment
        The log under its protocol, with a table of items.
    cap
        Below 255, the models are fitted as if the log had cut off there, while the test rows stay
        as they are: so what is expected beyond can be compared with what happened.
    parts
        Normal laws of the mixture.

    Raises
    ------
    InvalidInputError
        If the log has no table of items or no watch time, or a number is out of range.
    MissingExtraError
        If SciPy is not installed.
    UnreadableFileError
        If a file is damaged.
    """
    if not 1 <= cap <= CAP:
        raise InvalidInputError(f"a log counts seconds up to {CAP}, cut off at 1 to {CAP}: {cap}")
    train, test = watch_rows(experiment)
    known = train.features, train.lengths, train.seconds
    mixture = fit_watch_mixture(*known, parts=parts, cap=cap)
    models: dict[str, WatchModel] = {
        "mixture": mixture,
        "regression": fit_watch_regression(*known, cap=cap),
    }
    _, users = np.unique(test.users, return_inverse=True)
    found = {name: _measured(model, train, test) for name, model in models.items()}
    edges = sorted({round(times * cap) for times in _TAIL if times * cap <= CAP})
    return WatchReport(
        protocol=experiment.protocol.name,
        cap=cap,
        fitted=len(train.seconds),
        tested=len(test.seconds),
        untimed=train.untimed + test.untimed,
        cut_off=float((train.seconds >= cap).mean()),
        figures={
            name: {
                measure: clustered_interval(value, np.bincount(users, influence))
                for measure, (value, influence) in one.items()
            }
            for name, one in found.items()
        },
        differences={
            measure: clustered_interval(
                value - other, np.bincount(users, influence - other_influence)
            )
            for (measure, (value, influence)), (other, other_influence) in zip(
                found["mixture"].items(), found["regression"].values(), strict=True
            )
        },
        tail={
            edge: {
                "happened": float((test.seconds >= edge).mean()),
                **{name: _passing(model, test, edge) for name, model in models.items()},
            }
            for edge in edges
        },
        mixture=mixture,
    )


def _measured(
    model: WatchModel, train: WatchRows, test: WatchRows
) -> dict[str, tuple[float, Rows]]:
    """Each measure, and how far each row moves it."""
    known = test.features, test.lengths
    wrong = np.abs(model.median(*known) - test.seconds)
    likelihood = watch_likelihood(model, *known, test.seconds)
    return {
        "MAE": _mean(wrong),
        "XAUC": xauc(expected_rank(model, *known, train.seconds), test.seconds),
        "log-likelihood": _mean(likelihood),
    }


def _mean(values: Rows) -> tuple[float, Rows]:
    mean = float(values.mean())
    return mean, (values - mean) / len(values)


def _passing(model: WatchModel, test: WatchRows, seconds: int) -> float:
    passing = model.beyond(test.features, test.lengths, np.full(len(test.users), float(seconds)))
    return float(passing.mean())
