"""The network of `GenerativeRetrieval`, for learning: torch tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float32, Int64
from trovato.retrieve.recommenders import GenerativeRetrieval
from trovato.retrieve.recommenders.sequential.sasrec import EMBEDDING_SCALE
from trovato.train.generative.config import GenerativeConfig
from trovato.train.sasrec.network import apply_dropout, read
from trovato.train.sequence.trainer import Weights

# What is learnt; the rest of the record is given.
LEARNT = (
    *("tables", "prefixes", "inner", "inner_bias", "outer"),
    *("positions", "projections", "layers", "biases", "scales", "shifts"),
)


def first_weights(
    codes: Int64[np.ndarray, "items levels"],
    sizes: tuple[int, ...],
    log_shares: Float32[np.ndarray, " items"],
    config: GenerativeConfig,
    ids: str,
) -> GenerativeRetrieval:
    """Drawn weights to start from."""
    random = generator(config.seed, "generative, first weights")
    dim, blocks, width, levels = config.dim, config.blocks, config.width, len(sizes)

    def normal(spread: float, *shape: int) -> Any:
        return random.standard_normal(shape, np.float32) * np.float32(spread)

    norms = 2 * blocks + 1
    return GenerativeRetrieval(
        codes=codes,
        sizes=np.array(sizes, np.int64),
        tables=normal(1 / EMBEDDING_SCALE / levels**0.5, levels, max(sizes), dim),
        prefixes=normal(0.1, levels, max(sizes), dim),
        inner=normal(dim**-0.5, levels, dim, width),
        inner_bias=np.zeros((levels, width), np.float32),
        outer=normal(width**-0.5, levels, width, dim),
        positions=normal(1.0, config.max_sequence_length + 1, dim),
        projections=normal(dim**-0.5, blocks, 4, dim, dim),
        layers=normal(dim**-0.5, blocks, 2, dim, dim),
        biases=np.zeros((blocks, 2, dim), np.float32),
        scales=np.ones((norms, dim), np.float32),
        shifts=np.zeros((norms, dim), np.float32),
        log_shares=log_shares,
        heads=config.heads,
        ids=ids,
    )


def hidden_states(
    weights: Weights, codes: Any, items: Any, lengths: Any, config: GenerativeConfig, random: Any
) -> Any:
    """What is known after the start and after each item: `(windows, length + 1, dim)`.

    Vectors are made of the items of the batch alone.

    Parameters
    ----------
    weights
        By the names of the fields.
    codes
        A tensor `(items, levels)`.
    items, lengths
        See `trovato.train.sasrec.network.read`.
    config
        Heads and dropout.
    random
        The torch generator that draws what is left out.
    """
    import torch

    some, places = torch.unique(items, return_inverse=True)
    levels = torch.arange(codes.shape[1])
    vectors = weights["tables"][levels, codes[some]].sum(1)
    read_from = {**weights, "vectors": vectors}
    return read(read_from, places, lengths, config.heads, config.dropout, random)


def level_scores(
    weights: Weights, hidden: Any, codes: Any, level: int, dropout: float, random: Any
) -> Any:
    """Scores of the codes of a level, after the codes of the levels before it.

    Parameters
    ----------
    weights
        By the names of the fields.
    hidden
        `(rows, dim)`.
    codes
        `(rows, levels)`: of what came next.
    level
        From 0.
    dropout, random
        Share that is left out of the inner layer, and the generator that draws.
    """
    import torch

    state = hidden
    for before in range(level):
        state = state + weights["prefixes"][before][codes[:, before]]
    inner = torch.relu(state @ weights["inner"][level] + weights["inner_bias"][level])
    state = state + apply_dropout(inner, dropout, random) @ weights["outer"][level]
    return state @ weights["tables"][level].T
