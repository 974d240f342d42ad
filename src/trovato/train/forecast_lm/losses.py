"""The losses of a language model that forecasts and explains."""

from __future__ import annotations

from typing import Any


def contrastive_loss(
    trend: Any, positive: Any, negative: Any, same: Any, temperature: float = 0.1
) -> Any:
    """InfoNCE: each trend belongs to its explanation, not to its contradiction or to others.

    Parameters
    ----------
    trend, positive, negative
        Vectors of length 1, (batch, dim).
    same
        (batch, batch) of bool: explanations that say the same are no negatives.
    temperature
        Divides cosines.
    """
    import torch

    among = trend @ positive.T / temperature
    eye = torch.eye(len(trend), dtype=torch.bool)
    among = among.masked_fill(same & ~eye, float("-inf"))
    hard = (trend * negative).sum(1, keepdim=True) / temperature
    logits = torch.cat([among, hard], dim=1)
    return torch.nn.functional.cross_entropy(logits, torch.arange(len(trend)))


def ranking_loss(scores: Any, targets: Any) -> Any:
    """Mean of softplus(s_j − s_i) over pairs with a larger target of i; 0 without such pairs."""
    import torch

    larger = targets[:, None] > targets[None, :]
    if not larger.any():
        return scores.sum() * 0
    return torch.nn.functional.softplus(scores[None, :] - scores[:, None])[larger].mean()
