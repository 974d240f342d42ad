"""From weights to a quantiser: where codebooks start, and what is kept in the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trovato.core.shapes import Float, Float32
from trovato.ops.quantization import (
    EncodedQuantizer,
    OrthogonalQuantizer,
    code_means,
    fit_orthogonal_quantizer,
    nearest_orthogonal,
)
from trovato.train.semantic_ids.config import DOSConfig
from trovato.train.semantic_ids.dos_network import USER_CODEBOOKS, Weights


def components(
    vectors: Float[np.ndarray, "items full"], dim: int, *, whiten: bool = True
) -> tuple[Float32[np.ndarray, " full"], Float32[np.ndarray, "full dim"]]:
    """The mean, and a projection to `dim` principal components of variance 1 each.

    Directions in which the vectors hardly differ are not blown up beyond a hundredth of the first.
    Without `whiten`, the variance is 1 on average, and components differ in it as the vectors do.
    """
    wide = vectors.astype(np.float64)
    mean = wide.mean(axis=0)
    spreads, axes = np.linalg.eigh(np.cov(wide - mean, rowvar=False))
    spreads, axes = spreads[::-1][:dim], axes[:, ::-1][:, :dim]
    scales = np.sqrt(np.maximum(spreads, max(float(spreads[0]) * 1e-4, 1e-12)))
    if not whiten:
        scales = np.full_like(scales, np.sqrt(np.mean(np.square(scales))))
    projection = np.zeros((vectors.shape[1], dim), np.float32)
    projection[:, : axes.shape[1]] = axes / scales
    return mean.astype(np.float32), projection


def start_quantiser(
    weights: Weights, embedded: Float32[np.ndarray, "items dim"], config: DOSConfig
) -> Weights:
    """With rotations, scorers and codebooks by principal axes and k-means of what towers make."""
    fitted = fit_orthogonal_quantizer(
        embedded, config.k, levels=config.levels, codes=config.codes, seed=config.seed
    )
    maps, turn = [], np.eye(config.dim, dtype=np.float32)
    for rotation in fitted.rotations:
        turn = turn @ rotation
        maps.append(turn.T)
    return weights | {
        "rotations": fitted.rotations,
        "codebooks": fitted.codebooks,
        "maps": np.stack(maps),
        **({USER_CODEBOOKS: fitted.codebooks} if USER_CODEBOOKS in weights else {}),
    }


def exported(
    weights: Weights,
    mean: Float32[np.ndarray, " full"],
    projection: Float32[np.ndarray, "full dim"],
    vectors: Float32[np.ndarray, "items full"],
    config: DOSConfig,
) -> EncodedQuantizer:
    """The item side as it encodes: rotations made exact, and what codes stand for counted anew."""
    rotations = np.stack([nearest_orthogonal(turn) for turn in weights["rotations"]])
    inner = OrthogonalQuantizer(
        rotations,
        weights["scorer hidden"],
        weights["scorer hidden bias"],
        weights["scorer out"],
        weights["scorer out bias"],
        weights["codebooks"],
        weights["codebooks"],
        config.k,
    )
    made = EncodedQuantizer(
        mean,
        projection,
        weights["item mixing"],
        weights["item inner"],
        weights["item inner bias"],
        weights["item outer"],
        weights["item outer bias"],
        inner,
    )
    outputs = inner.outputs(made.embed(vectors))
    tables = np.stack([code_means(output, config.codes) for output in outputs])
    return replace(made, quantizer=replace(inner, tables=tables))


def restart_dead_codes(
    weights: Weights,
    made: EncodedQuantizer,
    vectors: Float32[np.ndarray, "items full"],
    random: np.random.Generator,
) -> Weights:
    """Codewords that no item has move to what drawn items have left over at their level."""
    codebooks = weights["codebooks"].copy()
    for level, output in enumerate(made.quantizer.outputs(made.embed(vectors))):  # type: ignore[union-attr]
        dead = np.flatnonzero(np.bincount(output.codes, minlength=len(codebooks[level])) == 0)
        drawn = random.choice(len(vectors), len(dead))
        codebooks[level][dead] = output.primary[drawn]
    return weights | {"codebooks": codebooks}
