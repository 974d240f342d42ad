"""The loss of one batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trovato.train.encoder.batches import Batch
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.losses import (
    info_nce,
    maxsim_scores,
    pooled_scores,
    same_documents,
    score_divergence,
    truncated,
)


def batch_loss(batch: Batch, config: EncoderTraining) -> Callable[[Any, Any], Any]:
    """A function from the vectors and masks of queries, then documents, to the loss.

    A query is compared with its own documents and, `in_batch`, with those of others; never with
    another copy of a document that answers it.
    """
    import torch

    queries = len(batch.queries)
    targets = torch.arange(queries)
    owners = torch.tensor(batch.owners)
    allowed = ~same_documents(batch.documents, batch.right)
    if not config.in_batch:
        allowed &= owners[None] == targets[:, None]
    teacher = torch.from_numpy(batch.teacher)
    taught = ~torch.isnan(teacher).all(dim=1)

    def one(values: Any, mask: Any) -> Any:
        parts = values[:queries], mask[:queries], values[queries:], mask[queries:]
        if config.pooled:
            scores = pooled_scores(*parts)
        else:
            scores = maxsim_scores(*parts, normalize=config.normalize)
        device = scores.device
        loss = info_nce(scores, targets.to(device), allowed.to(device), config.temperature)
        if config.distillation and bool(taught.any()):
            far = score_divergence(
                scores[taught],
                teacher[taught].to(device),
                config.temperature,
                config.teacher_temperature,
            )
            loss = (1 - config.distillation) * loss + config.distillation * far
        return loss

    def total(values: Any, mask: Any) -> Any:
        sizes = [dim for dim in config.dims if dim < values.shape[-1]]
        found = [one(values, mask), *(one(truncated(values, dim), mask) for dim in sizes)]
        return sum(found) / len(found)

    return total
