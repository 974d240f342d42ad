"""Models that recommend the same to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import PathLike, ProgressCallback, Recommender
from trovato.recommend.models.config import SEED, setting
from trovato.recommend.training_data import TrainingData
from trovato.retrieve.recommenders import RandomScores
from trovato.train import conversion, count_items, popularity


@dataclass(frozen=True, slots=True)
class RandomConfig:
    """Items at random; see `trovato.retrieve.recommenders.RandomScores`."""

    seed: int = setting(0, SEED)

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return RandomScores(len(data.catalogue), self.seed)


@dataclass(frozen=True, slots=True)
class PopularityConfig:
    """The most popular items; see `trovato.train.popularity`."""

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return popularity(count_items(data.training(), len(data.catalogue)))


@dataclass(frozen=True, slots=True)
class RecentConfig:
    """What is popular of late; see `trovato.train.count_items`."""

    half_life: float = setting(
        1.0, "weeks after which a row counts half", tries=(0.25, 0.5, 2.0, 4.0)
    )

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return popularity(count_items(data.training(), len(data.catalogue), self.half_life))


@dataclass(frozen=True, slots=True)
class ConversionConfig:
    """Items that those who see them care for most often; see `trovato.train.conversion`."""

    prior: float = setting(
        0.0, "rows with the mean rate given to each item in advance", tries=(1.0, 10.0, 100.0)
    )

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return conversion(count_items(data.training(), len(data.catalogue)), self.prior)
