"""Two towers, a quantiser that both go through, and what predicts clicks: torch tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float32
from trovato.train.semantic_ids.config import DOSConfig

Weights = dict[str, Any]  # by name: NumPy arrays at rest, tensors while learning

CODEBOOKS = "codebooks"
USER_CODEBOOKS = "user codebooks"  # where users have their own
_CONTRAST_TEMPERATURE = 0.1


def first_weights(config: DOSConfig) -> Weights:
    """Drawn weights to start from; rotations and codebooks are drawn too, until they are set."""
    random = generator(config.seed, "DOS, first weights")
    dim, width, levels = config.dim, config.width, config.levels

    def normal(*shape: int) -> Float32[np.ndarray, "..."]:
        return random.standard_normal(shape, np.float32) * np.float32(shape[-2] ** -0.5)

    def zeros(*shape: int) -> Float32[np.ndarray, "..."]:
        return np.zeros(shape, np.float32)

    turns = np.stack([np.linalg.qr(normal(dim, dim))[0] for _ in range(levels)])
    towers = {
        f"{tower} {name}": value
        for tower in ("user", "item")
        for name, value in (
            ("inner", normal(dim, width)),
            ("inner bias", zeros(width)),
            ("outer", normal(width, dim) * np.float32(0.1)),
            ("outer bias", zeros(dim)),
        )
    }
    options: Weights = {}
    if config.decoder_weight:
        options["decoder"] = normal(dim, dim) * np.float32(0.1)
    if not config.shared_codebooks:
        options[USER_CODEBOOKS] = normal(levels, config.codes, dim)
    return (
        towers
        | options
        | {
            "item mixing": normal(dim, dim) * np.float32(0.1),
            "attention": np.stack([normal(dim, dim) for _ in range(4)]) * np.float32(0.5),
            "positions": normal(config.length, dim) * np.float32(0.1),
            "predictor": normal(2 * dim, width),
            "predictor bias": zeros(width),
            "predictor out": normal(width, 1),
            "cosine": np.array([5.0, 0.0], np.float32),
            "rotations": turns.astype(np.float32),
            "scorer hidden": normal(levels, dim, width),
            "scorer hidden bias": zeros(levels, width),
            "scorer out": zeros(levels, width, dim),
            "scorer out bias": np.tile(np.linspace(1, -1, dim, dtype=np.float32), (levels, 1)),
            "codebooks": normal(levels, config.codes, dim),
            "maps": np.stack([np.eye(dim, dtype=np.float32)] * levels),
            "level cosine": np.tile(np.array([5.0, 0.0], np.float32), (levels, 1)),
        }
    )


def normalised(values: Any) -> Any:
    """Mean 0 and variance 1 of each row."""
    from torch.nn import functional

    return functional.layer_norm(values, values.shape[-1:])


def item_tower(weights: Weights, vectors: Any) -> Any:
    """As `trovato.ops.quantization.EncodedQuantizer.embed`, of projected vectors."""
    state = vectors + normalised(vectors) @ weights["item mixing"]
    return state + _feed_forward(weights, "item", state)


def user_tower(weights: Weights, vectors: Any, *, attention: bool = True) -> Any:
    """What is known of a user after each item: the mean of what attention makes of them.

    Parameters
    ----------
    weights
        By name.
    vectors
        `(windows, length, dim)`: projected, oldest first.
    attention
        Whether items look at those before them; else each goes through the layers alone.

    Returns
    -------
    torch.Tensor
        `(windows, length, dim)`; later items change nothing before.
    """
    import torch
    from torch.nn import functional

    length = vectors.shape[1]
    state = vectors + weights["positions"][:length]
    if attention:
        seen = normalised(state)
        queries, keys, values = (seen @ weights["attention"][part] for part in range(3))
        found = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        state = state + found @ weights["attention"][3]
    state = state + _feed_forward(weights, "user", state)
    return state.cumsum(1) / torch.arange(1, length + 1)[None, :, None]


def _feed_forward(weights: Weights, tower: str, state: Any) -> Any:
    import torch

    inner = torch.relu(
        normalised(state) @ weights[f"{tower} inner"] + weights[f"{tower} inner bias"]
    )
    return inner @ weights[f"{tower} outer"] + weights[f"{tower} outer bias"]


@dataclass(frozen=True, slots=True, eq=False)
class Quantised:
    """What the levels make of vectors.

    Parameters
    ----------
    summed
        Codewords of all levels, each by its level's map; gradients pass straight through.
    primaries
        Kept dimensions of each level.
    vq
        Squared distance to the codewords, with the commitment's, mean over vectors and components.
    """

    summed: Any
    primaries: list[Any]
    vq: Any


def quantise(
    weights: Weights, vectors: Any, config: DOSConfig, codebooks: str = CODEBOOKS
) -> Quantised:
    """Go through all levels; the mask is hard forwards and the score's sigmoid backwards."""
    import torch

    summed, primaries, vq = torch.zeros_like(vectors), [], torch.zeros(())
    for level in range(config.levels):
        turned = vectors @ weights["rotations"][level]
        inner = torch.relu(
            vectors @ weights["scorer hidden"][level] + weights["scorer hidden bias"][level]
        )
        scores = inner @ weights["scorer out"][level] + weights["scorer out bias"][level]
        soft = torch.sigmoid(scores)
        hard = torch.zeros_like(scores).scatter(1, scores.topk(config.k, dim=1).indices, 1.0)
        mask = hard + soft - soft.detach()
        primary = mask * turned
        codebook = weights[codebooks][level]
        with torch.no_grad():
            gaps = hard @ codebook.square().T - 2 * (hard * turned) @ codebook.T
            codes = gaps.argmin(1)
        codeword = hard * codebook[codes]
        missed = (primary.detach() - codeword).square().mean(1)
        committed = (primary - codeword.detach()).square().mean(1)
        vq = vq + (missed + config.commitment * committed).mean()
        summed = summed + (primary + (codeword - primary).detach()) @ weights["maps"][level]
        primaries.append(primary)
        vectors = turned - codeword.detach()
    return Quantised(summed, primaries, vq)


def click_scores(weights: Weights, users: Any, items: Any) -> Any:
    """How likely each user clicks on the item of the same row, as logits."""
    import torch
    from torch.nn import functional

    both = torch.cat([users * items, (users - items).abs()], 1)
    inner = torch.relu(both @ weights["predictor"] + weights["predictor bias"])
    cosine = functional.cosine_similarity(users, items)
    scale, shift = weights["cosine"]
    return (inner @ weights["predictor out"])[:, 0] + scale * cosine + shift


def batch_contrast(users: Any, items: Any, owners: Any, log_shares: Any) -> Any:
    """Cross-entropy of each user's item among those of all rows, by cosine.

    What is often clicked on is often among the others, so the logarithm of its share is taken off;
    another click on the same item counts for nothing.

    Source: Yi et al., "Sampling-bias-corrected neural modeling", 2019, section 3.

    Parameters
    ----------
    users, items
        `(clicks, dim)`.
    owners, log_shares
        Place of each item, and the logarithm of its share of all clicks.
    """
    import torch
    from torch.nn import functional

    cosines = functional.normalize(users, dim=1) @ functional.normalize(items, dim=1).T
    scores = cosines / _CONTRAST_TEMPERATURE - log_shares
    same = owners[:, None] == owners
    same.fill_diagonal_(False)
    right = torch.arange(len(owners))
    return functional.cross_entropy(scores.masked_fill(same, -torch.inf), right)


def level_click_scores(weights: Weights, users: Any, items: Any, level: int) -> Any:
    """The same from the kept dimensions of one level alone."""
    from torch.nn import functional

    scale, shift = weights["level cosine"][level]
    return scale * functional.cosine_similarity(users, items) + shift


def orthogonality(weights: Weights) -> Any:
    """Σ ‖WᵀW − I‖² over the levels."""
    import torch

    turns = weights["rotations"]
    return (turns.transpose(1, 2) @ turns - torch.eye(turns.shape[-1])).square().sum()
