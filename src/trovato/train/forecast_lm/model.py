"""A fitted language model: scores for the list, texts for the few that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trovato.core import Signal
from trovato.core.shapes import Float64
from trovato.generate.explanations import Wording, fill
from trovato.retrieve.forecasts import Origin, SimpleForecast, signal_records
from trovato.train.forecast_lm.codec import TextCodec, padded
from trovato.train.forecast_lm.heads import residual

_TOGETHER = 512
_LONGEST = 90


class ForecastLanguageModel:
    """Forecasts by its score head, and writes explanations; see `fit_language_model`.

    Parameters
    ----------
    network
        With heads, as `build_network` and `adapt_network` make it.
    codec
        Between texts and its ids.
    base
        The simple forecast that scores are added to, as logarithms; "" for none.
    most
        Of how many items, those with the largest base, the model is asked; others keep their base.
        0 for all.
    """

    def __init__(self, network: Any, codec: TextCodec, base: str, most: int = 0) -> None:
        self.network, self.codec, self.base, self.most = network, codec, base, most

    def predict(self, origin: Origin) -> Float64[np.ndarray, " items"]:
        """The expected count of each item: one forward pass, nothing is generated."""
        import torch

        base = log_base(origin, self.base)
        scores = np.zeros(len(base))
        asked = np.argsort(-base, kind="stable")[: self.most or None]
        with torch.inference_mode():
            for first in range(0, len(asked), _TOGETHER):
                some = asked[first : first + _TOGETHER]
                prompts = [
                    self.codec.prompt(
                        origin.counts[at], signal_records(origin, at, 0.0, (0.0, 0.0))
                    )
                    for at in some.tolist()
                ]
                ids, mask = padded(prompts, self.codec.pad)
                states = self.network.states(ids, mask)[torch.arange(len(some)), mask.sum(1) - 1]
                scores[some] = residual(self.network, states).numpy()
        expected: Float64[np.ndarray, " items"] = np.maximum(np.expm1(base + scores), 0.0)
        return expected

    def write(
        self,
        counts: Float64[np.ndarray, " bins"],
        signals: Sequence[Signal],
        wording: Wording = Wording(),
    ) -> str:
        """The model's own explanation, word by word without chance; not verified.

        Parameters
        ----------
        counts
            Of the item, oldest bin first.
        signals
            The record; numbers are put in from it. A slot of a signal that it lacks stays, and so
            the text does not verify.
        wording
            What is counted.
        """
        import torch

        with torch.inference_mode():
            ids = self.network.generate(
                self.codec.prompt(counts, signals), self.codec.end, _LONGEST
            )
        text = self.codec.text(ids)
        try:
            return fill(text, {one.name: one for one in signals}, wording)
        except (KeyError, AttributeError):
            return text


def log_base(origin: Origin, base: str) -> Float64[np.ndarray, " items"]:
    """The logarithm of 1 + a simple forecast; 0 without one."""
    if not base:
        return np.zeros(len(origin.places))
    found: Float64[np.ndarray, " items"] = np.log1p(SimpleForecast(base).predict(origin))
    return found
