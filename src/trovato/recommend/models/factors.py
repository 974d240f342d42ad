"""Matrix factorization."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import PathLike, ProgressCallback, Recommender
from trovato.recommend.models.config import FACTORS, SEED, THREADS, setting
from trovato.recommend.training_data import TrainingData
from trovato.train import LightGCNConfig, fit_bpr, fit_lightgcn, implicit_factors


@dataclass(frozen=True, slots=True)
class IALSConfig:
    """Implicit alternating least squares; see `trovato.train.implicit_factors`."""

    factors: int = setting(64, FACTORS, tries=(32, 128))
    regularisation: float = setting(
        0.01, "penalty on large factors or weights", tries=(0.1, 1.0, 10.0, 100.0)
    )
    confidence: float = setting(10.0, "weight of what was cared for", tries=(1.0, 2.0, 5.0, 20.0))
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


@dataclass(frozen=True, slots=True)
class BPRConfig:
    """Bayesian personalised ranking; see `trovato.train.fit_bpr`."""

    factors: int = setting(64, FACTORS, tries=(32, 128))
    learning_rate: float = setting(0.01, "step of the gradient descent", tries=(0.005, 0.02, 0.05))
    regularisation: float = setting(
        0.01, "penalty on large factors or weights", tries=(0.001, 0.05)
    )
    user_regularisation: float = setting(
        100.0, "penalty where users are solved for", tries=(1.0, 10.0)
    )
    iterations: int = setting(100, "rounds")
    seed: int = setting(0, SEED)
    threads: int = setting(0, THREADS)

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return fit_bpr(
            data.histories,
            len(data.catalogue),
            dim=self.factors,
            learning_rate=self.learning_rate,
            regularisation=self.regularisation,
            user_regularisation=self.user_regularisation,
            iterations=self.iterations,
            seed=self.seed,
            threads=self.threads,
        )


@dataclass(frozen=True, slots=True)
class LightGCNModelConfig:
    """Vectors smoothed along the graph of users and items; see `trovato.train.fit_lightgcn`."""

    factors: int = setting(64, FACTORS, tries=(128,))
    layers: int = setting(1, "steps along the graph", tries=(2, 3))
    learning_rate: float = setting(0.03, "step of the gradient descent", tries=(0.005, 0.01))
    epochs: int = setting(50, "most rounds", tries=(20, 80))
    seed: int = setting(0, SEED)

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint
        config = LightGCNConfig(
            dim=self.factors,
            layers=self.layers,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            seed=self.seed,
        )
        return fit_lightgcn(data.histories, len(data.catalogue), config, progress=progress)
