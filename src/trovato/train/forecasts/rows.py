"""What trees learn from: rows of past origins, a sample of them where they are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float32, Float64
from trovato.retrieve.forecasts import Origin, SimpleForecast
from trovato.train.forecasts.targets import Truth

BASES = ("last", "ma-4")


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """Items of past origins whose counts came to be known.

    Parameters
    ----------
    features
        As trees read them.
    counts
        What came.
    bases
        What each of `BASES` expected.
    """

    features: Float32[np.ndarray, "rows features"]
    counts: Float64[np.ndarray, " rows"]
    bases: Mapping[str, Float64[np.ndarray, " rows"]]

    def __len__(self) -> int:
        return len(self.counts)

    @staticmethod
    def joined(parts: Sequence[TrainingRows]) -> TrainingRows:
        """The rows of several origins, one after another; at least one origin."""
        return TrainingRows(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.counts for part in parts]),
            {base: np.concatenate([part.bases[base] for part in parts]) for base in BASES},
        )


def training_rows(origin: Origin, truth: Truth, most: int, seed: int = 0) -> TrainingRows:
    """The rows of one origin, at most `most` of them, drawn without replacement.

    Parameters
    ----------
    origin, truth
        A past moment, and what came after it.
    most
        So that memory follows what is learnt from, not the catalogue.
    seed
        Of the draw, which also depends on the moment.
    """
    kept = np.flatnonzero(~np.isnan(truth.counts))
    if len(kept) > most:
        random = generator(seed, f"training rows {origin.moment}")
        kept = np.sort(random.choice(kept, most, replace=False))
    return TrainingRows(
        origin.features()[kept].astype(np.float32),
        truth.counts[kept],
        {base: SimpleForecast(base).predict(origin)[kept] for base in BASES},
    )
