"""How a late-interaction encoder is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trovato.core import InvalidInputError, check_at_least_one


@dataclass(frozen=True, slots=True)
class EncoderTraining:
    """Contrastive training over MaxSim.

    Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992), sections 3.2 to 3.4. Temperature,
    in-batch negatives, schedule and warm-up are not published: the defaults are those of ColPali
    (temperature 0.02 on MaxSim over the number of query tokens; linear decay).

    Parameters
    ----------
    steps
        Updates of the weights.
    batch
        Queries to an update; the documents of all of them are compared with each.
    chunk
        Texts that are computed together; the gradient does not depend on it (GradCache).
    negatives
        Hard negatives of a query to an update, drawn from its list.
    learning_rate, weight_decay, max_norm
        Of AdamW, and the norm that gradients are cut to.
    warm_up
        Steps in which the learning rate rises; then it falls linearly to 0.
    temperature
        What scores are divided by.
    normalize
        Divide MaxSim by the number of query tokens.
    in_batch
        Compare with the documents of other queries as well.
    pooled
        Compare means of token vectors instead of tokens: what late interaction is measured against.
    dims
        Sizes to which vectors are cut as well, each with a loss of its own (Matryoshka).
    distillation
        Share of the loss that is the divergence from a teacher's scores, where pairs have them.
    teacher_temperature
        What a teacher's scores are divided by.
    seed
        Of the order and the drawn negatives.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    steps: int = 1000
    batch: int = 32
    chunk: int = 32
    negatives: int = 2
    learning_rate: float = 1e-5
    weight_decay: float = 0.1
    max_norm: float = 1.0
    warm_up: int = 100
    temperature: float = 0.02
    normalize: bool = True
    in_batch: bool = True
    pooled: bool = False
    dims: tuple[int, ...] = ()
    distillation: float = 0.0
    teacher_temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_at_least_one(self, "steps", "batch", "chunk")
        for name in ("negatives", "warm_up", "weight_decay", "seed"):
            if not getattr(self, name) >= 0:
                raise InvalidInputError(f"{name} must be at least 0, got {getattr(self, name)}")
        for name in ("learning_rate", "max_norm", "temperature", "teacher_temperature"):
            value = getattr(self, name)
            if not (value > 0 and math.isfinite(value)):
                raise InvalidInputError(f"{name} must be above 0 and finite, got {value}")
        if not 0 <= self.distillation <= 1:
            raise InvalidInputError(f"distillation is from 0 to 1, got {self.distillation}")
        if any(dim < 1 for dim in self.dims):
            raise InvalidInputError(f"dims are at least 1, got {self.dims}")
        if not self.in_batch and not self.negatives:
            raise InvalidInputError("without in_batch, negatives must be at least 1")
