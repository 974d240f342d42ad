"""Self-attention over the last items of a history."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trovato.core import PathLike, ProgressCallback, Recommender
from trovato.recommend.models.config import FACTORS, HISTORY, SEED, THREADS, setting
from trovato.recommend.training_data import TrainingData
from trovato.train import SASRec, fit_sasrec


@dataclass(frozen=True, slots=True)
class SequenceConfig:
    """What networks share that read a history in its order."""

    factors: int = setting(64, FACTORS, tries=(32, 128))
    blocks: int = setting(2, "layers of attention", tries=(1, 3))
    heads: int = setting(1, "parts of a vector that attend apart")
    max_sequence_length: int = setting(50, HISTORY, tries=(20, 200))
    dropout: float = setting(0.2, "share left out in training", tries=(0.1, 0.5))
    epochs: int = setting(50, "most rounds")
    patience: int = setting(5, "rounds without a better measure before it stops")
    seed: int = setting(0, SEED)
    threads: int = setting(0, THREADS)


@dataclass(frozen=True, slots=True)
class SASRecConfig(SequenceConfig):
    """SASRec against the whole catalogue; see `trovato.train.SASRec`."""

    device: str = setting("cpu", "where to train", ("cpu", "cuda"))

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        return fit_sasrec(
            data.histories,
            len(data.catalogue),
            self.training(),
            device=self.device,
            threads=self.threads,
            checkpoint=checkpoint,
            progress=progress,
        )

    def training(self) -> SASRec:
        """Size and training of the network."""
        return SASRec(
            dim=self.factors,
            blocks=self.blocks,
            heads=self.heads,
            max_sequence_length=self.max_sequence_length,
            dropout=self.dropout,
            epochs=self.epochs,
            patience=self.patience,
            seed=self.seed,
        )


@dataclass(frozen=True, slots=True)
class GSASRecConfig(SASRecConfig):
    """SASRec against drawn items; see `trovato.train.SASRec`."""

    negatives: int = setting(256, "items drawn to compare with")
    gbce_t: float = setting(0.75, "t of the paper, from 0 to 1")

    def training(self) -> SASRec:  # noqa: D102
        base = SASRecConfig.training(self)
        return replace(base, negatives=self.negatives, gbce_t=self.gbce_t)
