"""How ids are learnt from behaviour, and how far the learning is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trovato.core import InvalidInputError, check_at_least_one


@dataclass(frozen=True, slots=True)
class DOSConfig:
    """Size and training of dual-flow orthogonal semantic ids.

    Source: Yin et al., "DOS: dual-flow orthogonal semantic IDs", 2026 (arXiv 2602.04460). Three
    levels and the kinds of losses are the paper's; all numbers are decisions of this project, since
    the paper's body could not be read.

    Parameters
    ----------
    levels, codes
        Digits of an id, and values that each can take.
    dim, k
        Components of what is quantised, and how many of them a level encodes.
    width
        Of the feed-forward layers of towers, scorers and predictor.
    length
        How many of the newest items of a history are read.
    warmup_epochs, epochs
        Rounds of the towers without quantiser, and rounds with it. Without a warm-up codebooks
        start at random too, and training as good as never gets anywhere.
    batch
        Windows (pieces of histories) to a step.
    learning_rate
        Of Adam.
    vq_weight, commitment, orthogonality_weight, information_weight
        Of the losses beside that of clicks.
    contrast_weight
        Of telling the item that was clicked on from those of other clicks of the batch, as likely
        as each is clicked on anyway; 0 for none.
    whiten
        Whether all components start with the same variance; else they keep how much they vary.
    shared_codebooks
        Whether users and items are quantised by the same codewords; else users have their own.
    decoder_weight
        Of the squared error with which a linear map tells an item's vector from its codewords;
        0 for none, as the paper has it.
    attention
        Whether items of a history look at each other before the mean is taken.
    least_auc
        Validation AUC below which training has failed, after two rounds with the quantiser.
    seed
        Of all that is drawn.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    levels: int = 3
    codes: int = 256
    dim: int = 64
    k: int = 16
    width: int = 128
    length: int = 20
    warmup_epochs: int = 6
    epochs: int = 6
    batch: int = 128
    learning_rate: float = 2e-3
    vq_weight: float = 0.1
    commitment: float = 0.25
    orthogonality_weight: float = 0.1
    information_weight: float = 0.3
    contrast_weight: float = 0.0
    whiten: bool = True
    shared_codebooks: bool = True
    decoder_weight: float = 0.0
    attention: bool = True
    least_auc: float = 0.55
    seed: int = 0

    def __post_init__(self) -> None:
        check_at_least_one(
            self, "levels", "codes", "dim", "k", "width", "length", "epochs", "batch"
        )
        if self.k > self.dim or self.warmup_epochs < 0 or not self.learning_rate > 0:
            raise InvalidInputError(
                f"k is at most dim, warmup_epochs at least 0 and learning_rate above 0, got "
                f"{self.k} of {self.dim}, {self.warmup_epochs} and {self.learning_rate}"
            )


@dataclass(frozen=True, slots=True)
class DOSEpoch:
    """A round of training.

    Parameters
    ----------
    epoch
        From 1, warm-up included.
    warmup
        Whether it ran without quantiser.
    loss
        Mean over the batches.
    auc
        Of clicks on users held back against one drawn item each.
    used
        Share of each level's codes that any item has; empty in warm-up.
    unique
        Different ids for each item; not a number in warm-up.
    orthogonality
        ‖WᵀW − I‖² of each level; empty in warm-up.
    """

    epoch: int
    warmup: bool
    loss: float
    auc: float
    used: tuple[float, ...]
    unique: float
    orthogonality: tuple[float, ...]


DOSCallback = Callable[[DOSEpoch], None]
