"""Linear models of items by items."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import PathLike, ProgressCallback, Recommender
from trovato.recommend.models.config import setting
from trovato.recommend.training_data import TrainingData
from trovato.train import fit_ease, fit_slim


@dataclass(frozen=True, slots=True)
class EASEConfig:
    """Dense weights in closed form; see `trovato.train.fit_ease`."""

    regularisation: float = setting(
        250.0, "penalty on large factors or weights", tries=(50.0, 100.0, 500.0, 1000.0)
    )

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return fit_ease(data.histories, len(data.catalogue), regularisation=self.regularisation)


@dataclass(frozen=True, slots=True)
class SLIMConfig:
    """Few weights, none below 0; see `trovato.train.fit_slim`."""

    l1: float = setting(5.0, "penalty on weights: more leaves fewer", tries=(0.5, 1.0, 2.0, 10.0))
    l2: float = setting(100.0, "penalty on the squares of weights", tries=(10.0, 30.0, 300.0))

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint
        return fit_slim(
            data.histories, len(data.catalogue), l1=self.l1, l2=self.l2, progress=progress
        )
