"""Item neighbours by co-occurrence."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import PathLike, ProgressCallback, Recommender
from trovato.recommend.models.config import HISTORY, setting
from trovato.recommend.training_data import TrainingData
from trovato.train import item_neighbours


@dataclass(frozen=True, slots=True)
class ItemKNNConfig:
    """Items that the same users care for; see `trovato.train.item_neighbours`."""

    neighbours: int = setting(50, "neighbours kept for each item", tries=(20, 100, 200))
    shrinkage: float = setting(10.0, "makes pairs that few have seen count less", tries=(0.0, 50.0))
    max_sequence_length: int = setting(50, HISTORY)

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return item_neighbours(
            data.histories.distinct(),
            len(data.catalogue),
            neighbours=self.neighbours,
            shrinkage=self.shrinkage,
            max_sequence_length=self.max_sequence_length,
        )
