"""Watch time as it comes about: skipped, or a share of the item, and cut off where logs end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64, Int64
from trovato.train.watch_time.protocol import (
    CAP,
    Features,
    Lengths,
    Rows,
    check_rows,
    normal_below,
    with_one,
)

_NARROWEST = 0.01  # deviation of a part, as a share of the length
_RIDGE = 1e-3  # rows that speak for no effect of a feature
_HALVINGS = 12  # of the seconds up to which a median is looked for
_LEAST = 1e-300

Parts = Float64[np.ndarray, " parts"]
PartsOfRows = Float64[np.ndarray, "parts rows"]


@dataclass(frozen=True, slots=True, eq=False)
class WatchMixture:
    """An item is skipped after a few seconds, or a share of it is watched: less, all, or again.

    Whether it is skipped depends on the features, through a logistic gate; then watch time follows
    an exponential law. Otherwise the share is drawn from one of several normal laws (below 0, it is
    0), and watch time is that share of the item's length.

    Parameters
    ----------
    gate
        Weights of a constant and the features; above 0 speaks for skipping.
    skimmed
        Mean seconds of what is skipped.
    weights, means, deviations
        Of the normal laws, by rising mean: how often each comes, and the share that is watched.
    """

    gate: Float64[np.ndarray, " features_plus_1"]
    skimmed: float
    weights: Parts
    means: Parts
    deviations: Parts

    def skips(self, features: Features) -> Rows:
        """The chance that an item is skipped."""
        chance: Rows = 1 / (1 + np.exp(-np.clip(with_one(features) @ self.gate, -30, 30)))
        return chance

    def mean(self, features: Features, lengths: Lengths) -> Rows:
        """Expected seconds."""
        away = self.means / self.deviations
        density = np.exp(-(away**2) / 2) / np.sqrt(2 * np.pi)
        share = self.weights @ (self.means * normal_below(away) + self.deviations * density)
        skips = self.skips(features)
        mean: Rows = skips * self.skimmed + (1 - skips) * share * lengths
        return mean

    def median(self, features: Features, lengths: Lengths) -> Rows:
        """The whole second that is as likely to be passed as not."""
        low = np.zeros(len(lengths))
        high = np.maximum(lengths * (self.means[-1] + 4 * self.deviations[-1]), 8 * self.skimmed)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            passed = self.beyond(features, lengths, middle) > 0.5
            low, high = np.where(passed, middle, low), np.where(passed, high, middle)
        median: Rows = np.floor((low + high) / 2)
        return median

    def beyond(self, features: Features, lengths: Lengths, seconds: Rows) -> Rows:
        """The chance to watch for so many seconds or more."""
        skips = self.skips(features)
        stays = self.weights @ self._parts_beyond(seconds, lengths)
        beyond: Rows = skips * np.exp(-np.maximum(seconds, 0) / self.skimmed) + (1 - skips) * stays
        return beyond

    def _parts_beyond(self, seconds: Rows, lengths: Lengths) -> PartsOfRows:
        away = (self.means[:, None] - seconds / lengths) / self.deviations[:, None]
        return np.where(seconds > 0, normal_below(away), 1.0)


def fit_watch_mixture(
    features: Features,
    lengths: Lengths,
    seconds: Lengths,
    *,
    parts: int = 3,
    cap: int = CAP,
    rounds: int = 200,
    tolerance: float = 1e-5,
) -> WatchMixture:
    """Fit by expectation and maximisation, where a whole second stands for all times inside it.

    A row with `cap` seconds stands for all times from there on: it is censored (Tobin 1958), and
    adds what the law expects beyond. The laws need only how many rows have each length and second,
    so a round costs little more than a step of Newton's method for the gate.

    Source: Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM
    algorithm", 1977, sections 4.2 (grouping, censoring) and 4.3 (mixtures).

    Parameters
    ----------
    features
        Of each row, finite.
    lengths, seconds
        Of the item, at least 1; and watched, in whole seconds.
    parts
        How many normal laws.
    cap
        Where seconds are cut off; above all of them, none counts as censored.
    rounds
        At most.
    tolerance
        Gain in log-likelihood of a row below which to stop.

    Raises
    ------
    InvalidInputError
        If there are no rows, or a number is out of range.
    MissingExtraError
        If SciPy is not installed.
    """
    check_rows(features, lengths, seconds, cap)
    if parts < 1 or rounds < 1 or tolerance < 0:
        raise InvalidInputError(
            "parts and rounds must be at least 1 and tolerance at least 0, got "
            f"{parts}, {rounds} and {tolerance}"
        )
    cells = _Cells.of(lengths, np.minimum(seconds, cap), cap)
    ones = with_one(features)
    model = WatchMixture(
        gate=np.zeros(ones.shape[1]),
        skimmed=max(float(np.median(seconds)) / 4, 1.0),
        weights=np.full(parts, 1 / parts),
        means=np.linspace(0.5, 1.5, parts) if parts > 1 else np.ones(1),
        deviations=np.full(parts, 0.5 / parts),
    )
    before = -np.inf
    for _ in range(rounds):
        skimmed, watched = cells.chances(model)
        skips = model.skips(features)
        of_skips = skips * skimmed[cells.rows]
        chance = of_skips + (1 - skips) * (model.weights @ watched)[cells.rows]
        skipped = of_skips / np.maximum(chance, _LEAST)
        model = replace(
            cells.refitted(model, watched, skipped), gate=_stepped(model.gate, ones, skips, skipped)
        )
        now = float(np.log(np.maximum(chance, _LEAST)).mean())
        if now - before < tolerance:
            break
        before = now
    order = np.argsort(model.means)
    return replace(
        model,
        weights=model.weights[order],
        means=model.means[order],
        deviations=model.deviations[order],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The different lengths and seconds of some rows, and which of them each row has."""

    rows: Int64[np.ndarray, " rows"]
    lengths: Int64[np.ndarray, " cells"]
    seconds: Int64[np.ndarray, " cells"]
    cap: int

    @staticmethod
    def of(lengths: Lengths, seconds: Lengths, cap: int) -> _Cells:
        keys, rows = np.unique(lengths * (cap + 1) + seconds, return_inverse=True)
        return _Cells(rows, keys // (cap + 1), keys % (cap + 1), cap)

    def edges(
        self, model: WatchMixture
    ) -> tuple[Float64[np.ndarray, "parts cells"], Float64[np.ndarray, "parts cells"]]:
        """Where each cell begins and ends, in deviations from the mean of each part."""
        low = np.where(self.seconds > 0, self.seconds / self.lengths, -np.inf)
        high = np.where(self.seconds < self.cap, (self.seconds + 1) / self.lengths, np.inf)
        means, deviations = model.means[:, None], model.deviations[:, None]
        return (low - means) / deviations, (high - means) / deviations

    def chances(
        self, model: WatchMixture
    ) -> tuple[Float64[np.ndarray, " cells"], Float64[np.ndarray, "parts cells"]]:
        """How likely each cell is if the item is skipped, and in each part if it is not."""
        later = np.where(self.seconds < self.cap, np.exp(-1 / model.skimmed), 0.0)
        skimmed = np.exp(-self.seconds / model.skimmed) * (1 - later)
        low, high = self.edges(model)
        mirrored = low > 0  # the far tail is small numbers, not small differences of ones
        low, high = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
        return skimmed, normal_below(high) - normal_below(low)

    def refitted(
        self, model: WatchMixture, watched: Float64[np.ndarray, "parts cells"], skipped: Rows
    ) -> WatchMixture:
        """The laws that suit the cells best, given how many rows of each were skipped."""
        count = len(self.lengths)
        skips = np.bincount(self.rows, skipped, count)
        stays = np.bincount(self.rows, 1 - skipped, count)
        inside = model.skimmed - 1 / np.expm1(1 / model.skimmed)
        beyond = np.where(self.seconds < self.cap, inside, model.skimmed)
        skimmed = skips @ (self.seconds + beyond) / max(skips.sum(), _LEAST)
        belongs = model.weights[:, None] * watched
        belongs *= stays / np.maximum(belongs.sum(axis=0), _LEAST)
        first, second = self._moments(model, watched)
        sizes = np.maximum(belongs.sum(axis=1), _LEAST)
        shift = (belongs * first).sum(axis=1) / sizes
        spread = (belongs * second).sum(axis=1) / sizes - shift**2
        return replace(
            model,
            skimmed=max(float(skimmed), 0.1),
            weights=sizes / sizes.sum(),
            means=model.means + model.deviations * shift,
            deviations=np.maximum(model.deviations * np.sqrt(np.maximum(spread, 0)), _NARROWEST),
        )

    def _moments(
        self, model: WatchMixture, watched: Float64[np.ndarray, "parts cells"]
    ) -> tuple[Float64[np.ndarray, "parts cells"], Float64[np.ndarray, "parts cells"]]:
        """Mean and mean square inside each cell, in deviations from the mean of each part."""
        low, high = self.edges(model)
        ends = [np.where(np.isfinite(edge), edge, 0.0) for edge in (low, high)]
        heights = [
            np.where(np.isfinite(edge), np.exp(-np.minimum(edge**2, 1e3) / 2), 0.0)
            / np.sqrt(2 * np.pi)
            for edge in (low, high)
        ]
        chance = np.maximum(watched, _LEAST)
        first = (heights[0] - heights[1]) / chance
        second = 1 + (ends[0] * heights[0] - ends[1] * heights[1]) / chance
        # Far out, where rounding is all that is left, the nearer edge is where the mass is.
        first = np.clip(first, low, high)
        return first, np.maximum(second, first**2)


def _stepped(
    gate: Float64[np.ndarray, " features_plus_1"],
    ones: Float64[np.ndarray, "rows features_plus_1"],
    skips: Rows,
    skipped: Rows,
) -> Float64[np.ndarray, " features_plus_1"]:
    """The gate after one step of Newton's method towards what was skipped."""
    slope = ones.T @ (skipped - skips) - _RIDGE * gate
    curve = (ones * (skips * (1 - skips))[:, None]).T @ ones + _RIDGE * np.eye(len(gate))
    stepped: Float64[np.ndarray, " features_plus_1"] = gate + np.linalg.solve(curve, slope)
    return stepped
