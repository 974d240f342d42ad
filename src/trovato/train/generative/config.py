"""How a generative recommender is built and fitted."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError


@dataclass(frozen=True, slots=True)
class GenerativeConfig:
    """Size and training of a recommender that writes semantic ids.

    Parameters
    ----------
    dim, blocks, heads, max_sequence_length, dropout
        Of what reads histories: see `trovato.train.SASRec`.
    width
        Of the feed-forward layer of each level.
    epochs, patience
        Most rounds, and rounds without a better held-back measure after which to stop.
    batch
        Windows (pieces of histories) to a step.
    learning_rate
        Of Adam.
    beams
        Of the search by which the held-back measure is taken.
    seed
        Of the first weights, the order and the dropout.

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
    width: int = 128
    epochs: int = 50
    patience: int = 5
    batch: int = 64
    learning_rate: float = 1e-3
    beams: int = 50
    seed: int = 0

    def __post_init__(self) -> None:
        for name in (
            *("dim", "blocks", "heads", "max_sequence_length", "width"),
            *("epochs", "patience", "batch", "beams"),
        ):
            if getattr(self, name) < 1:
                raise InvalidInputError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.dim % self.heads:
            raise InvalidInputError(f"{self.heads} heads cannot share {self.dim} components evenly")
        if not 0 <= self.dropout < 1 or not self.learning_rate > 0:
            raise InvalidInputError(
                f"dropout is from 0 to below 1 and learning_rate above 0, got {self.dropout} and "
                f"{self.learning_rate}"
            )
