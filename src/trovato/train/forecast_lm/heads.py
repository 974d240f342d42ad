"""What a language model has beside its words: a score, and two projections that are contrasted."""

from __future__ import annotations

from typing import Any


def add_heads(network: Any, hidden: int, projection: int) -> None:
    """Give a module of torch the heads; the score begins at 0, so that the base stands alone."""
    import torch

    network.norm = torch.nn.LayerNorm(hidden)
    network.score = torch.nn.Linear(hidden, 1)
    network.trend = torch.nn.Linear(hidden, projection)
    network.explanation = torch.nn.Linear(hidden, projection)
    torch.nn.init.zeros_(network.score.weight)
    torch.nn.init.zeros_(network.score.bias)


def residual(network: Any, state: Any) -> Any:
    """What is added to the base, from the state of the score's token."""
    return network.score(network.norm(state)).squeeze(-1)


def project(network: Any, state: Any, which: str) -> Any:
    """A vector of length 1 of a trend or an explanation."""
    import torch

    return torch.nn.functional.normalize(getattr(network, which)(state), dim=-1)
