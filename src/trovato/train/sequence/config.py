"""What networks that read histories share: their size, and how they are fitted."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError, check_at_least_one


@dataclass(frozen=True, slots=True)
class SequenceTraining:
    """Size and training of a network that reads histories.

    Parameters
    ----------
    dim, blocks, heads
        Components of each vector, layers of attention, and parts of a vector that attend apart.
    max_sequence_length
        How many of the newest items are read.
    dropout
        Share of numbers that are left out in training.
    epochs
        Most rounds over the histories.
    patience
        Rounds without a better held-back measure after which to stop.
    batch
        Windows (pieces of histories) to a step.
    learning_rate
        Of learning, by Adam.
    seed
        Of the first weights, the order, what is drawn and the dropout.

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
    epochs: int = 50
    patience: int = 5
    batch: int = 32
    learning_rate: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        check_at_least_one(
            self, "dim", "blocks", "heads", "max_sequence_length", "epochs", "patience", "batch"
        )
        if self.dim % self.heads:
            raise InvalidInputError(f"{self.heads} heads cannot share {self.dim} components evenly")
        if not 0 <= self.dropout < 1 or not self.learning_rate > 0:
            raise InvalidInputError(
                f"dropout is from 0 to below 1 and learning_rate above 0, got {self.dropout} and "
                f"{self.learning_rate}"
            )
