"""What every model of the benchmark is: its settings, and how it is fitted with them."""

from __future__ import annotations

from dataclasses import field
from typing import Any, ClassVar, Protocol, runtime_checkable

from trovato.core import PathLike, ProgressCallback, Recommender
from trovato.recommend.training_data import TrainingData


@runtime_checkable
class ModelConfig(Protocol):
    """Settings of one model: a frozen dataclass whose fields are made by `setting`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def fit(
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        """Fit a recommender to the training rows.

        Parameters
        ----------
        data
            The log under its protocol, or interactions without a log.
        checkpoint, progress
            For models that are fitted by epochs: see `trovato.train.fit_sasrec`.

        Raises
        ------
        InvalidInputError
            If a setting is out of range, or the data lack what the model needs.
        MissingExtraError
            If the model needs a package that is not installed.
        StorageError, UnreadableFileError
            If the checkpoint cannot be written, or is damaged.
        """
        ...


def setting(
    default: Any,
    help: str,  # noqa: A002
    choices: tuple[str, ...] = (),
    *,
    tries: tuple[Any, ...] = (),
) -> Any:
    """A field of a `ModelConfig`: what command lines say of it, and values worth trying."""
    return field(default=default, metadata={"help": help, "choices": choices, "tries": tries})


SEED = "the same seed, the same model"
THREADS = "0 for all processors"
FACTORS = "size of the vectors"
HISTORY = "how many of the last items of a history count"
