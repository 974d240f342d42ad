"""RQ-VAE: a residual quantiser between an encoder and a decoder, fitted together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    ProgressCallback,
    check_at_least_one,
    generator,
    no_progress,
)
from trovato.core.shapes import Float32
from trovato.ops.quantization import EncodedQuantizer, ResidualQuantizer, fit_residual_quantizer
from trovato.train.semantic_ids.dos_export import components
from trovato.train.semantic_ids.dos_network import Weights, item_tower
from trovato.train.sequence.trainer import torch_threads


@dataclass(frozen=True, slots=True)
class RQVAEConfig:
    """Size and training of an RQ-VAE.

    Parameters
    ----------
    levels, codes
        Digits of an id, and values that each can take.
    dim, width
        Components of what is quantised, and of the hidden layers.
    epochs, batch, learning_rate
        Rounds over the vectors, vectors to a step, and the step of Adam.
    commitment
        Weight of the encoder's distance to its codewords, against that of the codewords.
    seed
        Of the first weights, the order and the codes that start anew.

    Raises
    ------
    InvalidInputError
        If a number is out of range.
    """

    levels: int = 3
    codes: int = 256
    dim: int = 64
    width: int = 128
    epochs: int = 30
    batch: int = 256
    learning_rate: float = 1e-3
    commitment: float = 0.25
    seed: int = 0

    def __post_init__(self) -> None:
        check_at_least_one(self, "levels", "codes", "dim", "width", "epochs", "batch")
        if not self.learning_rate > 0 or self.commitment < 0:
            raise InvalidInputError(
                "learning_rate must be above 0 and commitment at least 0, got "
                f"{self.learning_rate} and {self.commitment}"
            )


def fit_rq_vae(
    vectors: Float32[np.ndarray, "items full"],
    config: RQVAEConfig = RQVAEConfig(),
    *,
    threads: int = 1,
    progress: ProgressCallback = no_progress,
) -> EncodedQuantizer:
    """Fit an encoder and codebooks so that a decoder can tell the vectors from the codes.

    The encoder starts as principal components, the codebooks with k-means of these. Gradients pass
    the quantiser unchanged; after each round, codes that no item has move to what drawn items have
    left over. The decoder is not kept.

    Source: Zeghidour et al., "SoundStream", 2021 (residual quantiser); Rajput et al., "Recommender
    systems with generative retrieval" (TIGER), 2023, section 3.1.

    Parameters
    ----------
    vectors
        Of the items.
    config
        Size and training.
    threads
        0 for one on each processor. The same seed gives the same codes on one thread.
    progress
        Told of rounds, with the squared error of the decoder in the round before, as a share of the
        vectors' variance.

    Raises
    ------
    InvalidInputError
        If there are fewer than two vectors.
    MissingExtraError
        If torch is not installed.
    """
    if len(vectors) < 2:
        raise InvalidInputError(f"at least two vectors are needed, got {len(vectors)}")
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("torch", "models", "fitting RQ-VAE") from error
    mean, projection = components(vectors, config.dim)
    projected = (vectors - mean) @ projection
    centred = vectors - mean
    centred /= np.sqrt(max(float(np.square(centred).mean()), 1e-12))
    random = generator(config.seed, "RQ-VAE")
    start = _first_weights(projected, vectors.shape[1], config, random)
    with torch_threads(torch, threads):
        weights = {name: torch.tensor(value).requires_grad_() for name, value in start.items()}
        adam = torch.optim.Adam(weights.values(), config.learning_rate)
        told = ""
        for epoch in range(1, config.epochs + 1):
            errors, used = 0.0, np.zeros((config.levels, config.codes), np.int64)
            order = random.permutation(len(vectors))
            for first in range(0, len(order), config.batch):
                rows = order[first : first + config.batch]
                given, wanted = (torch.from_numpy(one[rows]) for one in (projected, centred))
                adam.zero_grad()
                missed, loss, codes = _loss(weights, given, wanted, config)
                loss.backward()
                adam.step()
                errors += float(missed.detach()) * len(rows)
                for level, own in enumerate(codes):
                    used[level] += np.bincount(own.numpy(), minlength=config.codes)
            if epoch < config.epochs:
                _restart_dead_codes(weights, projected, used, random)
            progress(f"rounds{told}", epoch, config.epochs)
            told = f", error {errors / len(vectors):.4f}"
        arrays = {name: value.detach().numpy().copy() for name, value in weights.items()}
    return EncodedQuantizer(
        mean,
        projection,
        arrays["item mixing"],
        arrays["item inner"],
        arrays["item inner bias"],
        arrays["item outer"],
        arrays["item outer bias"],
        ResidualQuantizer(arrays["codebooks"]),
    )


def _first_weights(
    projected: Float32[np.ndarray, "items dim"],
    full: int,
    config: RQVAEConfig,
    random: np.random.Generator,
) -> Weights:
    def normal(*shape: int) -> Float32[np.ndarray, "..."]:
        return random.standard_normal(shape, np.float32) * np.float32(shape[0] ** -0.5)

    dim, width = config.dim, config.width
    fitted, _ = fit_residual_quantizer(
        projected, levels=config.levels, codes=config.codes, rounds=5, seed=config.seed
    )
    return {
        "item mixing": np.zeros((dim, dim), np.float32),
        "item inner": normal(dim, width),
        "item inner bias": np.zeros(width, np.float32),
        "item outer": np.zeros((width, dim), np.float32),
        "item outer bias": np.zeros(dim, np.float32),
        "decoder": normal(dim, width),
        "decoder bias": np.zeros(width, np.float32),
        "decoder out": normal(width, full),
        "codebooks": fitted.codebooks,
    }


def _quantised(weights: Weights, embedded: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Of each level: what it is asked to encode, its codewords, and its codes."""
    import torch

    left, asked, words, codes = embedded, [], [], []
    for codebook in weights["codebooks"]:
        own = torch.cdist(left.detach(), codebook.detach()).argmin(1)
        asked.append(left)
        words.append(codebook[own])
        codes.append(own)
        left = left - words[-1].detach()
    return asked, words, codes


def _loss(
    weights: Weights, given: Any, wanted: Any, config: RQVAEConfig
) -> tuple[Any, Any, list[Any]]:
    """The decoder's squared error, all that is learnt from, and the codes."""
    import torch
    from torch.nn import functional

    embedded = item_tower(weights, given)
    asked, words, codes = _quantised(weights, embedded)
    passed = embedded + (sum(words) - embedded).detach()
    inner = torch.relu(passed @ weights["decoder"] + weights["decoder bias"])
    error = functional.mse_loss(inner @ weights["decoder out"], wanted)
    loss = error
    for left, word in zip(asked, words, strict=True):
        loss = loss + functional.mse_loss(word, left.detach())
        loss = loss + config.commitment * functional.mse_loss(left, word.detach())
    return error, loss, codes


def _restart_dead_codes(
    weights: Weights,
    projected: Float32[np.ndarray, "items dim"],
    used: np.ndarray,
    random: np.random.Generator,
) -> None:
    """Codewords that no item had move to what drawn items have left over at their level."""
    import torch

    drawn = torch.from_numpy(projected[random.choice(len(projected), used.shape[1])])
    with torch.no_grad():
        asked, _, _ = _quantised(weights, item_tower(weights, drawn))
        for level, counts in enumerate(used):
            dead = torch.from_numpy(counts == 0)
            weights["codebooks"][level][dead] = asked[level][dead]
