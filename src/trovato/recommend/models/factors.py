"""Matrix factorization."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import PathLike, ProgressCallback, Recommender
from trovato.recommend.models.config import FACTORS, SEED, THREADS, setting
from trovato.recommend.training_data import TrainingData
from trovato.train import implicit_factors


@dataclass(frozen=True, slots=True)
class IALSConfig:
    """Implicit alternating least squares; see `trovato.train.implicit_factors`."""

    factors: int = setting(64, FACTORS)
    regularisation: float = setting(0.01, "penalty on large factors")
    confidence: float = setting(1.0, "weight of what was cared for")
    iterations: int = setting(15, "rounds")
    seed: int = setting(0, SEED)
    threads: int = setting(0, THREADS)

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return implicit_factors(
            data.histories,
            len(data.catalogue),
            dim=self.factors,
            regularisation=self.regularisation,
            confidence=self.confidence,
            iterations=self.iterations,
            seed=self.seed,
            threads=self.threads,
        )
