"""How a SASRec is built and fitted."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.train.sequence import SequenceTraining


@dataclass(frozen=True, slots=True)
class SASRec(SequenceTraining):
    """Size and training of a self-attentive recommender.

    `SASRec()` compares each position with the whole catalogue; `SASRec(negatives=256)` is gSASRec,
    for catalogues that are too large for that; `SASRec(negatives=1, gbce_t=0.0)` has the loss of
    the original.

    Source: Kang and McAuley, "Self-attentive sequential recommendation", 2018; Petrov and
    Macdonald, "gSASRec: reducing overconfidence in sequential recommendation trained with negative
    sampling", 2023.

    Parameters
    ----------
    dim, blocks, heads, max_sequence_length, dropout, epochs, patience, batch, learning_rate, seed
        See `trovato.train.SequenceTraining`.
    negatives
        Items drawn to compare with; 0 for the whole catalogue.
    gbce_t
        `t` of gSASRec, from 0 (scores as the sample has them) to 1 (as the catalogue would).

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    negatives: int = 0
    gbce_t: float = 0.75

    def __post_init__(self) -> None:
        SequenceTraining.__post_init__(self)
        if self.negatives < 0 or not 0 <= self.gbce_t <= 1:
            raise InvalidInputError(
                "negatives must be at least 0 and gbce_t from 0 to 1, got "
                f"{self.negatives} and {self.gbce_t}"
            )
