"""What trees learn from: rows of past origins, a sample of them where they are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Bool, Float32, Float64
from trovato.retrieve.forecasts import Origin, SimpleForecast, growth_of
from trovato.train.forecasts.targets import Truth

BASES = ("last", "ma-4")
RISERS = 20


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
    grew
        The growth of log(1 + count) from the newest bin; NaN where the newest count is not known.
    rose
        Whether each was among the `RISERS` of its origin that grew most.
    """

    features: Float32[np.ndarray, "rows features"]
    counts: Float64[np.ndarray, " rows"]
    bases: Mapping[str, Float64[np.ndarray, " rows"]]
    grew: Float64[np.ndarray, " rows"]
    rose: Bool[np.ndarray, " rows"]

    def __len__(self) -> int:
        return len(self.counts)

    @staticmethod
    def joined(parts: Sequence[TrainingRows]) -> TrainingRows:
        """The rows of several origins, one after another; at least one origin."""
        return TrainingRows(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.counts for part in parts]),
            {base: np.concatenate([part.bases[base] for part in parts]) for base in BASES},
            np.concatenate([part.grew for part in parts]),
            np.concatenate([part.rose for part in parts]),
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
    grew = growth_of(truth.counts, origin)
    grew[~origin.known] = np.nan
    if len(kept) > most:
        random = generator(seed, f"training rows {origin.moment}")
        kept = np.sort(random.choice(kept, most, replace=False))
    return TrainingRows(
        origin.features()[kept].astype(np.float32),
        truth.counts[kept],
        {base: SimpleForecast(base).predict(origin)[kept] for base in BASES},
        grew[kept],
        _first(grew)[kept],
    )


def _first(grew: Float64[np.ndarray, " items"]) -> Bool[np.ndarray, " items"]:
    """The `RISERS` that grew most; NaN never."""
    first = np.zeros(len(grew), bool)
    first[np.argsort(-grew, kind="stable")[:RISERS]] = True  # NaN comes last
    first &= ~np.isnan(grew)
    return first
