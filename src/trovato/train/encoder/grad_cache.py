"""Gradients of a loss over a whole batch, whose texts are computed chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# Of each chunk: vectors `(texts, tokens, dim)` and which tokens there are `(texts, tokens)`.
Encoded = tuple[Any, Any]


def cached_backward(
    encode: Callable[[Sequence[Any]], Encoded],
    texts: Sequence[Any],
    loss: Callable[[Any, Any], Any],
    chunk: int,
) -> float:
    """Add the gradients of `loss` to the weights, and give back its value.

    All texts are computed once without gradients; the loss gives a gradient for each vector; then
    chunks are computed again, each passing its part of that gradient on. So memory follows the
    chunk, and the gradient is that of the whole batch.

    Source: Gao et al., "Scaling deep contrastive learning batch size under memory limited setup",
    2021 (GradCache), section 3.

    Parameters
    ----------
    encode
        Computes some texts; the same texts give the same vectors each time.
    texts
        Of the batch.
    loss
        Of the vectors of all texts and of which tokens there are, padded to the longest.
    chunk
        Texts to compute together.
    """
    import torch

    groups = [texts[first : first + chunk] for first in range(0, len(texts), chunk)]
    with torch.no_grad():
        found = [encode(group) for group in groups]
    values, mask = padded(found)
    values.requires_grad_()
    total = loss(values, mask)
    total.backward()
    row = 0
    for group, (once, _) in zip(groups, found, strict=True):
        gradient = values.grad[row : row + len(group), : once.shape[1]]
        again, _ = encode(group)
        again.backward(gradient)
        row += len(group)
    return float(total.detach())


def padded(found: Sequence[Encoded]) -> Encoded:
    """Chunks under one another, filled up to the longest."""
    import torch
    from torch.nn import functional

    longest = max(values.shape[1] for values, _ in found)
    values = [functional.pad(one, (0, 0, 0, longest - one.shape[1])) for one, _ in found]
    masks = [functional.pad(one, (0, longest - one.shape[1])) for _, one in found]
    return torch.cat(values), torch.cat(masks)
