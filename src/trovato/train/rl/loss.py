"""The clipped objective over the tokens that the policy wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TokenLoss:
    """The loss, a tensor, and what it is made of, as numbers."""

    loss: Any
    kl: float
    entropy: float
    clipped: float


def clipped_token_loss(
    log_probs: Any,
    old_log_probs: Any,
    advantages: Any,
    written: Any,
    entropies: Any,
    *,
    clip_low: float,
    clip_high: float,
    reference: Any | None = None,
    kl_weight: float = 0.0,
) -> TokenLoss:
    """Mean of `−min(ρA, clip(ρ, 1 − low, 1 + high) A) + β·KL` over tokens.

    ρ is the ratio of probabilities now and when the rollout was judged. The mean of the first part
    is over rollouts whose advantage is not 0, so that groups without a signal do not shrink the
    step. KL is the estimate `r − log r − 1`, r being the ratio of the reference to the policy
    (Schulman 2020).

    Parameters
    ----------
    log_probs, old_log_probs, reference, entropies
        Tensors `(rollouts, tokens)`.
    advantages
        `(rollouts,)`.
    written
        `(rollouts, tokens)`: 1 where the policy wrote the token, else 0.
    clip_low, clip_high, kl_weight
        As in `GRPOConfig`.
    """
    import torch

    ratio = torch.exp((log_probs - old_log_probs) * written)
    kept = ratio.clamp(1 - clip_low, 1 + clip_high)
    gain = torch.minimum(ratio * advantages[:, None], kept * advantages[:, None])
    learnt = written * (advantages != 0)[:, None]
    loss = -(gain * learnt).sum() / learnt.sum().clamp(min=1)
    every = written.sum().clamp(min=1)
    kl = torch.zeros(())
    if reference is not None:
        apart = (reference - log_probs) * written
        kl = ((torch.exp(apart) - apart - 1) * written).sum() / every
        loss = loss + kl_weight * kl
    clipped = ((ratio * advantages[:, None] > gain) * learnt).sum() / learnt.sum().clamp(min=1)
    entropy = (entropies.detach() * written).sum() / every
    return TokenLoss(loss, float(kl.detach()), float(entropy), float(clipped))
