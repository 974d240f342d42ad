"""Pure functions on arrays: scores, rankings, fusion, quantisation."""

from trovato.ops.fuse import convex_combination, reciprocal_rank_fusion, rescale, standardise
from trovato.ops.late_interaction import Vectors, available_kernels, best_tokens, maxsim
from trovato.ops.passages import Window, best_windows
from trovato.ops.quantise import Int8Vectors, quantise_int8
from trovato.ops.ranking import top_k

__all__ = [
    "Int8Vectors",
    "Vectors",
    "Window",
    "available_kernels",
    "best_tokens",
    "best_windows",
    "convex_combination",
    "maxsim",
    "quantise_int8",
    "reciprocal_rank_fusion",
    "rescale",
    "standardise",
    "top_k",
]
