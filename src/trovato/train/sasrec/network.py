"""The network of `trovato.retrieve.recommenders.SelfAttention`, for learning: torch tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from trovato.core import generator
from trovato.retrieve.recommenders import SelfAttention
from trovato.retrieve.recommenders.sequential.sasrec import EMBEDDING_SCALE
from trovato.train.sasrec.config import SASRec
from trovato.train.sequence.trainer import Weights


def first_weights(items: int, config: SASRec) -> SelfAttention:
    """Drawn weights to start from."""
    random = generator(config.seed, "SASRec, first weights")
    dim, blocks = config.dim, config.blocks

    def normal(spread: float, *shape: int) -> Any:
        return random.standard_normal(shape, np.float32) * np.float32(spread)

    norms = 2 * blocks + 1
    return SelfAttention(
        # Small, so that a rare item's score is not the noise that it began with.
        vectors=normal(1 / EMBEDDING_SCALE, items, dim),
        positions=normal(1.0, config.max_sequence_length + 1, dim),
        projections=normal(dim**-0.5, blocks, 4, dim, dim),
        layers=normal(dim**-0.5, blocks, 2, dim, dim),
        biases=np.zeros((blocks, 2, dim), np.float32),
        scales=np.ones((norms, dim), np.float32),
        shifts=np.zeros((norms, dim), np.float32),
        heads=config.heads,
    )


def read(
    weights: Weights, items: Any, lengths: Any, heads: int, dropout: float = 0.0, random: Any = None
) -> Any:
    """As `SelfAttention.read`, where `dropout` leaves numbers out.

    Parameters
    ----------
    weights
        By the names of the fields.
    items
        A tensor `(users, length)` of places, oldest first, and anything after each user's.
    lengths
        A tensor `(users,)`: how many items each user has.
    heads
        Parts of a vector that attend apart.
    dropout
        Share that is left out after reading, and after each layer.
    random
        The torch generator that draws what is left out.

    Returns
    -------
    torch.Tensor
        `(users, length + 1, dim)`.
    """
    import torch
    from torch.nn import functional

    def normal(values: Any, number: int) -> Any:
        scale, shift = weights["scales"][number], weights["shifts"][number]
        return functional.layer_norm(values, (dim,), scale, shift, 1e-5)

    users, length = items.shape
    dim = weights["vectors"].shape[1]
    ages = (lengths[:, None] - torch.arange(length + 1, device=items.device)).clamp(min=0)
    embedded = functional.embedding(items, weights["vectors"]) * EMBEDDING_SCALE
    state = functional.pad(embedded, (0, 0, 1, 0)) + functional.embedding(
        ages, weights["positions"]
    )
    state = apply_dropout(state, dropout, random)
    for block in range(len(weights["layers"])):
        into = weights["projections"][block]
        inner = normal(state, 2 * block)
        queries, keys, values = (
            (inner @ into[part]).view(users, length + 1, heads, dim // heads).transpose(1, 2)
            for part in range(3)
        )
        found = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        found = found.transpose(1, 2).reshape(users, length + 1, dim) @ into[3]
        state = state + apply_dropout(found, dropout, random)
        layers, biases = weights["layers"][block], weights["biases"][block]
        inner = functional.relu(normal(state, 2 * block + 1) @ layers[0] + biases[0])
        state = state + apply_dropout(
            apply_dropout(inner, dropout, random) @ layers[1] + biases[1], dropout, random
        )
    return normal(state, len(weights["scales"]) - 1)


def apply_dropout(values: Any, share: float, random: Any) -> Any:
    """Dropout with a generator of its own: a share becomes 0, and the rest grows to make up."""
    import torch

    if not share:
        return values
    kept = torch.rand(values.shape, generator=random, device=values.device) >= share
    return values * kept / (1 - share)
