"""Pure functions on arrays: scores, rankings, fusion, quantisation."""

from trovato.ops.binary import SignVectors, pack_signs, unpack_signs
from trovato.ops.coarse import (
    MOST_CELLS,
    CellLists,
    border_of,
    cell_table,
    coarse_maxsim,
    nearest,
)
from trovato.ops.fuse import convex_combination, reciprocal_rank_fusion, standardise
from trovato.ops.kmeans import spherical_k_means
from trovato.ops.late_interaction import Compressed, Vectors, available_kernels, best_tokens, maxsim
from trovato.ops.normalise import normalise
from trovato.ops.passages import Window, best_windows
from trovato.ops.pooling import Pooled, pool_tokens, pooled_counts
from trovato.ops.projection import fit_projection, project
from trovato.ops.quantise import Int8Vectors, quantise_int8
from trovato.ops.ranking import top_k
from trovato.ops.residual import ResidualCodec, ResidualVectors

__all__ = [
    "MOST_CELLS",
    "CellLists",
    "Compressed",
    "Int8Vectors",
    "Pooled",
    "ResidualCodec",
    "ResidualVectors",
    "SignVectors",
    "Vectors",
    "Window",
    "available_kernels",
    "best_tokens",
    "best_windows",
    "border_of",
    "cell_table",
    "coarse_maxsim",
    "convex_combination",
    "fit_projection",
    "maxsim",
    "nearest",
    "normalise",
    "pack_signs",
    "pool_tokens",
    "pooled_counts",
    "project",
    "quantise_int8",
    "reciprocal_rank_fusion",
    "spherical_k_means",
    "standardise",
    "top_k",
    "unpack_signs",
]
