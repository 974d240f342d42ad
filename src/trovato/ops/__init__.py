"""Pure functions on arrays: scores, rankings, fusion, quantisation."""

from trovato.ops.binary import pack_signs, unpack_signs
from trovato.ops.coarse import (
    MOST_CELLS,
    CellLists,
    border_of,
    cell_table,
    coarse_maxsim,
    nearest,
)
from trovato.ops.document_mask import INSTRUCTIONS, PADDING, QUESTION, document_mask
from trovato.ops.fuse import convex_combination, reciprocal_rank_fusion, standardise
from trovato.ops.kmeans import spherical_k_means
from trovato.ops.late_interaction import Compressed, Vectors, available_kernels, best_tokens, maxsim
from trovato.ops.normalise import normalise
from trovato.ops.passages import Window, best_windows
from trovato.ops.pooling import Pooled, pool_tokens
from trovato.ops.probing import Postings, Probes, choose_probes, probed_maxsim
from trovato.ops.projection import fit_projection, project
from trovato.ops.quantise import Int8Vectors, quantise_int8
from trovato.ops.ranking import top_k
from trovato.ops.residual import ResidualCodec, ResidualVectors

__all__ = [
    "INSTRUCTIONS",
    "MOST_CELLS",
    "PADDING",
    "QUESTION",
    "CellLists",
    "Compressed",
    "Int8Vectors",
    "Pooled",
    "Postings",
    "Probes",
    "ResidualCodec",
    "ResidualVectors",
    "Vectors",
    "Window",
    "available_kernels",
    "best_tokens",
    "best_windows",
    "border_of",
    "cell_table",
    "choose_probes",
    "coarse_maxsim",
    "convex_combination",
    "document_mask",
    "fit_projection",
    "maxsim",
    "nearest",
    "normalise",
    "pack_signs",
    "pool_tokens",
    "probed_maxsim",
    "project",
    "quantise_int8",
    "reciprocal_rank_fusion",
    "spherical_k_means",
    "standardise",
    "top_k",
    "unpack_signs",
]
