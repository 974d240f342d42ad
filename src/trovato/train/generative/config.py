"""How a generative recommender is built and fitted."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.train.sequence import SequenceTraining


@dataclass(frozen=True, slots=True)
class GenerativeConfig(SequenceTraining):
    """Size and training of a recommender that writes semantic ids.

    Parameters
    ----------
    dim, blocks, heads, max_sequence_length, dropout, epochs, patience, batch, learning_rate, seed
        See `trovato.train.SequenceTraining`.
    width
        Of the feed-forward layer of each level.
    beams
        Of the search by which the held-back measure is taken.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    batch: int = 64
    width: int = 128
    beams: int = 50

    def __post_init__(self) -> None:
        SequenceTraining.__post_init__(self)
        if self.width < 1 or self.beams < 1:
            raise InvalidInputError(
                f"width and beams must be at least 1, got {self.width} and {self.beams}"
            )
