"""How far what a network says is from what came next."""

from __future__ import annotations

import math
from typing import Any

from trovato.core import InvalidInputError

_LOGITS = 1 << 24  # scores of positions × items that are held at once
_SHARED = 64  # positions that are compared with the same drawn items


def calibration(negatives: int, items: int, gbce_t: float) -> float:
    """The exponent β of the positive's probability.

    Source: Petrov and Macdonald 2023, equation 12 of section 5: α (t (1 − 1/α) + 1/α), where the
    sampling rate α is `negatives` / (`items` − 1).

    Parameters
    ----------
    negatives
        Items drawn for each positive.
    items
        Size of the catalogue.
    gbce_t
        t: with 0, β is 1 and the loss is plain binary cross-entropy; with 1, β is α.

    Raises
    ------
    InvalidInputError
        If there is nothing to draw, or less than is to be drawn.
    """
    if not 0 < negatives < items:
        raise InvalidInputError(
            f"negatives must be from 1 to one less than the {items} items, got {negatives}: take "
            "0 for the whole catalogue"
        )
    rate = negatives / (items - 1)
    return rate * (gbce_t * (1 - 1 / rate) + 1 / rate)


def chance(negatives: int, beta: float) -> float:
    """The score at which the loss is least while nothing is known: log(β / k).

    Added to all scores it changes no order, but a network whose scores are near 0 then starts by
    learning what differs between items, instead of that most of them are not the true one.
    """
    return math.log(beta / negatives)


def softmax_backward(hidden: Any, targets: Any, vectors: Any) -> float:
    """Cross-entropy over the whole catalogue, mean over positions; its gradients are added.

    The scores of positions × items are never held whole.

    Parameters
    ----------
    hidden
        `(positions, dim)`, not a leaf.
    targets
        `(positions,)` places of what came next.
    vectors
        `(items, dim)`, a leaf.
    """
    from torch.nn import functional

    ends = hidden.detach().requires_grad_()
    together, total = max(1, _LOGITS // len(vectors)), 0.0
    for first in range(0, len(targets), together):
        some = slice(first, first + together)
        loss = functional.cross_entropy(ends[some] @ vectors.T, targets[some], reduction="sum")
        (loss / len(targets)).backward()
        total += float(loss.detach())
    hidden.backward(ends.grad)
    return total / len(targets)


def gbce(
    hidden: Any, targets: Any, vectors: Any, negatives: Any, beta: float, start: float = 0.0
) -> Any:
    """Generalised binary cross-entropy, mean over positions.

    −(β log σ(s⁺) + Σ log(1 − σ(s⁻))) / (k + 1), of the true item's score and those of k drawn ones;
    a drawn item that is the true one counts nothing.

    Source: Petrov and Macdonald 2023, equation 8.

    Parameters
    ----------
    hidden
        `(positions, dim)`.
    targets
        `(positions,)` places of what came next.
    vectors
        `(items, dim)`.
    negatives
        `(groups, k)` drawn places; consecutive positions share a group, all groups but the last
        have as many.
    beta
        See `calibration`.
    start
        Added to all scores; see `chance`.
    """
    import torch
    from torch.nn import functional

    groups, drawn = negatives.shape
    together = -(-len(targets) // groups)
    missing = groups * together - len(targets)
    positive = (hidden * functional.embedding(targets, vectors)).sum(1) + start
    apart = functional.pad(hidden, (0, 0, 0, missing)).view(groups, together, -1)
    scores = apart @ functional.embedding(negatives, vectors).transpose(1, 2) + start
    wanted = functional.pad(targets, (0, missing), value=-1).view(groups, together, 1)
    counted = (wanted >= 0) & (wanted != negatives[:, None, :])
    against = torch.where(counted, functional.softplus(scores), 0.0).sum()
    total = beta * functional.softplus(-positive).sum() + against
    return total / ((drawn + 1) * len(targets))


def draw_negatives(items: int, negatives: int, positions: int, random: Any) -> Any:
    """Places of items, drawn evenly: a row for each group of positions."""
    import torch

    groups = -(-positions // _SHARED)
    return torch.randint(
        items, (groups, negatives), generator=random, device=random.device, dtype=torch.int64
    )
