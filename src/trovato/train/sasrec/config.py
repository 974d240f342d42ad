"""How a SASRec is built and fitted, and how far its fitting is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trovato.core import InvalidInputError


@dataclass(frozen=True, slots=True)
class SASRec:
    """Size and training of a self-attentive recommender.

    `SASRec()` compares each position with the whole catalogue; `SASRec(negatives=256)` is gSASRec,
    for catalogues that are too large for that; `SASRec(negatives=1, gbce_t=0.0)` has the loss of
    the original.

    Source: Kang and McAuley, "Self-attentive sequential recommendation", 2018; Petrov and
    Macdonald, "gSASRec: reducing overconfidence in sequential recommendation trained with negative
    sampling", 2023.

    Parameters
    ----------
    dim, blocks, heads
        Components of each vector, layers of attention, and parts of a vector that attend apart.
    max_sequence_length
        How many of the newest items are read.
    dropout
        Share of numbers that are left out in training.
    negatives
        Items drawn to compare with; 0 for the whole catalogue.
    gbce_t
        `t` of gSASRec, from 0 (scores as the sample has them) to 1 (as the catalogue would).
    epochs
        Most rounds over the histories.
    patience
        Rounds without a better held-back measure after which to stop.
    batch
        Windows (pieces of histories) to a step.
    learning_rate
        Of learning, by Adam.
    seed
        Of the first weights, the order, the drawn items and the dropout.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    dim: int = 64
    blocks: int = 2
    heads: int = 1
    max_sequence_length: int = 50
    dropout: float = 0.2
    negatives: int = 0
    gbce_t: float = 0.75
    epochs: int = 50
    patience: int = 5
    batch: int = 32
    learning_rate: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        for name in (
            "dim",
            "blocks",
            "heads",
            "max_sequence_length",
            "epochs",
            "patience",
            "batch",
        ):
            if getattr(self, name) < 1:
                raise InvalidInputError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.dim % self.heads:
            raise InvalidInputError(f"{self.heads} heads cannot share {self.dim} components evenly")
        if not 0 <= self.dropout < 1 or not 0 <= self.gbce_t <= 1:
            raise InvalidInputError(
                f"dropout is from 0 to below 1 and gbce_t from 0 to 1, got {self.dropout} and "
                f"{self.gbce_t}"
            )
        if self.negatives < 0 or not self.learning_rate > 0:
            raise InvalidInputError(
                f"negatives must be at least 0 and learning_rate above 0, got {self.negatives} and "
                f"{self.learning_rate}"
            )


@dataclass(frozen=True, slots=True)
class SASRecStep:
    """How far fitting is.

    Parameters
    ----------
    epoch, epochs
        The round that runs, from 1, and the most there can be.
    rows, total
        Rows learnt from in this round, and in a whole one.
    loss
        Mean over these rows.
    held_back
        The last measure on what was held back: nDCG of the true next item among all items, without
        a cutoff; not a number while there is none.
    """

    epoch: int
    epochs: int
    rows: int
    total: int
    loss: float
    held_back: float


SASRecCallback = Callable[[SASRecStep], None]
