"""Pure functions on arrays: scores, rankings, fusion, quantisation."""

from trovato.ops.coarse import (
    MOST_CELLS,
    CellLists,
    border_of,
    cell_table,
    coarse_maxsim,
    nearest,
)
from trovato.ops.fuse import convex_combination, reciprocal_rank_fusion, rescale, standardise
from trovato.ops.kmeans import spherical_k_means
from trovato.ops.late_interaction import Compressed, Vectors, available_kernels, best_tokens, maxsim
from trovato.ops.passages import Window, best_windows
from trovato.ops.quantise import Int8Vectors, quantise_int8
from trovato.ops.ranking import top_k
from trovato.ops.residual import ResidualCodec, ResidualVectors

__all__ = [
    "MOST_CELLS",
    "CellLists",
    "Compressed",
    "Int8Vectors",
    "ResidualCodec",
    "ResidualVectors",
    "Vectors",
    "Window",
    "available_kernels",
    "best_tokens",
    "best_windows",
    "border_of",
    "cell_table",
    "coarse_maxsim",
    "convex_combination",
    "maxsim",
    "nearest",
    "quantise_int8",
    "reciprocal_rank_fusion",
    "rescale",
    "spherical_k_means",
    "standardise",
    "top_k",
]
