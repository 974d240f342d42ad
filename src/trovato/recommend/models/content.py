"""Items like those of a history, by what they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, PathLike, ProgressCallback, Recommender
from trovato.core.shapes import Float32
from trovato.interactions.storage.embeddings import read_embeddings
from trovato.ops import l2_normalize
from trovato.recommend.models.config import HISTORY, setting
from trovato.recommend.training_data import TrainingData
from trovato.retrieve.recommenders import ContentNeighbours, popularity_scores

NO_VECTORS = (
    "the log has no content vectors: keep them in metadata/item_embeddings.npz, as arrays item_id "
    "and embedding"
)


@dataclass(frozen=True, slots=True)
class ContentConfig:
    """Items whose content is near; see `trovato.retrieve.recommenders.ContentNeighbours`."""

    max_sequence_length: int = setting(50, HISTORY)

    def fit(  # noqa: D102
        self, data: TrainingData, *, checkpoint: PathLike | None, progress: ProgressCallback
    ) -> Recommender:
        del checkpoint, progress
        return ContentNeighbours(
            content_vectors(data),
            self.max_sequence_length,
            popularity_scores(data.histories, len(data.catalogue)),
        )


def content_vectors(data: TrainingData) -> Float32[np.ndarray, "items dim"]:
    """What items are, as vectors of length 1; zeros where it is not known.

    Raises
    ------
    InvalidInputError
        If the log has no content vectors.
    UnreadableFileError
        If their file is damaged.
    """
    if data.embeddings is None:
        raise InvalidInputError(NO_VECTORS)
    return l2_normalize(read_embeddings(data.embeddings, data.catalogue.ids))
