"""Generative retrieval over semantic ids."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError, PathLike, ProgressCallback, Recommender
from trovato.encode.semantic_ids import load_ids
from trovato.recommend.models.config import setting
from trovato.recommend.models.sequential import SequenceConfig
from trovato.recommend.training_data import TrainingData
from trovato.train import GenerativeConfig, fit_generative

NO_IDS = "generative needs semantic ids: make them by `trovato ids train`, and give the file as ids"


@dataclass(frozen=True, slots=True)
class GenerativeModelConfig(SequenceConfig):
    """A small decoder of semantic ids; see `trovato.train.fit_generative`."""

    ids: str = setting("", "the file of `trovato ids train`")

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        if not self.ids:
            raise InvalidInputError(NO_IDS)
        ids = load_ids(self.ids)
        config = GenerativeConfig(
            dim=self.factors,
            blocks=self.blocks,
            heads=self.heads,
            max_sequence_length=self.max_sequence_length,
            dropout=self.dropout,
            epochs=self.epochs,
            patience=self.patience,
            seed=self.seed,
        )
        return fit_generative(
            data.histories,
            ids.places(data.catalogue.text_of(range(len(data.catalogue)))),
            ids.sizes,
            config,
            ids=ids.fingerprint,
            threads=self.threads,
            checkpoint=checkpoint,
            progress=progress,
        )
