"""Explanations from sentences that are filled in with signals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core import Signal
from trovato.generate.explanations.wording import BUCKET_WORDS, SENTENCES, Wording
from trovato.retrieve.forecasts import shown

SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")


# What may have driven a forecast goes the same way.
_AGREES = {"above": ("up", "rising"), "below": ("down", "falling"), "level": ("even", "stable")}
# A step a season ago explains a forecast that goes the same way.
_SEASON_AGREES = {"above": "rose", "below": "fell"}
# After a peak fewer are expected, after a dip more, whatever the trend is.
_EXCESS_AGREES = {"above": "dip", "below": "peak"}


def compose(
    signals: Sequence[Signal],
    wording: Wording = Wording(),
    random: np.random.Generator | None = None,
) -> str:
    """Three sentences: what is expected, what drives it, and one caveat or more context.

    Parameters
    ----------
    signals
        Of one item, with its forecast.
    wording
        What is counted.
    random
        Draws sentences and words; without it the plain ones are taken.

    Raises
    ------
    KeyError
        If there is no forecast among the signals.
    """
    by_name = {signal.name: signal for signal in signals}
    return " ".join(
        fill(_pick(SENTENCES[kind], random), by_name, wording, random)
        for kind in kinds_for(by_name)
    )


def kinds_for(signals: Mapping[str, Signal]) -> tuple[str, ...]:
    """Types of claims that matter most for an item: the forecast, its driver, one caveat."""
    if "neighbours" in signals:
        return ("forecast-new", "neighbours")
    forecast = "forecast"
    if "last" not in signals:
        forecast = "forecast-unlisted" if "lowest" in signals else "forecast-unknown"
    return (forecast, _driver(signals), _caveat(signals))


def _driver(signals: Mapping[str, Signal]) -> str:
    direction = signals["forecast"].bucket
    if "season_step" in signals and _SEASON_AGREES.get(direction) == signals["season_step"].bucket:
        return "season"
    if "trend" not in signals:
        return "category" if "category_momentum" in signals else "rank"
    if signals["burst"].bucket == "spike" and (signals["since_peak"].value or direction == "below"):
        return "burst"
    if "period" in signals and signals["autocorrelation"].bucket == "yes":
        return "cycle"
    agreeing = _AGREES.get(direction, ())
    for name in ("momentum", "trend"):
        if signals[name].bucket in agreeing:
            return name
    if "excess" in signals and _EXCESS_AGREES.get(direction) == signals["excess"].bucket:
        return "excess"
    return "momentum"


def _caveat(signals: Mapping[str, Signal]) -> str:
    if "age" in signals and signals["age"].bucket == "new":
        return "newness"
    if "listed_age" in signals and signals["listed_age"].bucket == "new":
        return "newness-listed"
    if signals["support"].bucket == "little":
        return "caveat"
    if "trend" in signals and _driver(signals) != "trend":
        return "trend"
    return "caveat"


def fill(
    sentence: str,
    signals: Mapping[str, Signal],
    wording: Wording,
    random: np.random.Generator | None = None,
) -> str:
    """A sentence with its slots filled in from the signals; one bin is told in the singular."""

    def slot(found: re.Match[str]) -> str:
        name, what = found[1], found[2]
        if what is None:
            return str(getattr(wording, name))
        signal = signals[name]
        if what == "bucket":
            return str(_pick(BUCKET_WORDS[name, signal.bucket], random))
        if what == "window":
            return str(signal.window)
        return shown(signal.value, signal.unit)

    return wording.singular(SLOT.sub(slot, sentence))


def _pick(choices: Sequence[str], random: np.random.Generator | None) -> str:
    return choices[0] if random is None else choices[int(random.integers(len(choices)))]
