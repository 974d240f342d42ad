"""Pure functions on arrays: scores, rankings, fusion, quantisation."""

from trovato.ops.binary import SignVectors, pack_signs, unpack_signs
from trovato.ops.capacity import CapacityRanking, rank_with_capacity, sampled_prices
from trovato.ops.coarse import (
    MOST_CELLS,
    CellLists,
    border_of,
    cell_table,
    coarse_maxsim,
    nearest,
)
from trovato.ops.document_mask import INSTRUCTIONS, PADDING, QUESTION, document_mask
from trovato.ops.entangled import (
    count_by_clusters,
    count_by_concentration,
    frequent_term_votes,
    most_entangled,
)
from trovato.ops.fuse import convex_combination, reciprocal_rank_fusion, standardise
from trovato.ops.geometry import centroid, diameter, is_distant, nearest_first, nearness
from trovato.ops.ids import KnownIds, SeenIds
from trovato.ops.kmeans import spherical_k_means
from trovato.ops.late_interaction import Compressed, Vectors, available_kernels, best_tokens, maxsim
from trovato.ops.normalise import normalise
from trovato.ops.passages import Window, best_windows
from trovato.ops.pooling import Pooled, pool_tokens, pooled_counts
from trovato.ops.probing import CoarseLook, Postings, Probes, choose_probes, probed_maxsim
from trovato.ops.projection import fit_projection, project
from trovato.ops.quantise import Int8Vectors, quantise_fp16, quantise_int8
from trovato.ops.ranking import top_k, top_rows
from trovato.ops.residual import ResidualCodec, ResidualVectors
from trovato.ops.rouge import common_subsequence, rouge_l
from trovato.ops.sampling import nucleus
from trovato.ops.scatter import scatter
from trovato.ops.tiles import NOTHING, Tiles, best_in_tiles
from trovato.ops.two_means import two_means
from trovato.ops.votes import Vote, certified_radius, keyword_vote, majority_vote, withstands

__all__ = [
    "INSTRUCTIONS",
    "MOST_CELLS",
    "NOTHING",
    "PADDING",
    "QUESTION",
    "CapacityRanking",
    "CellLists",
    "CoarseLook",
    "Compressed",
    "Int8Vectors",
    "KnownIds",
    "Pooled",
    "Postings",
    "Probes",
    "ResidualCodec",
    "ResidualVectors",
    "SeenIds",
    "SignVectors",
    "Tiles",
    "Vectors",
    "Vote",
    "Window",
    "available_kernels",
    "best_in_tiles",
    "best_tokens",
    "best_windows",
    "border_of",
    "cell_table",
    "centroid",
    "certified_radius",
    "choose_probes",
    "coarse_maxsim",
    "common_subsequence",
    "convex_combination",
    "count_by_clusters",
    "count_by_concentration",
    "diameter",
    "document_mask",
    "fit_projection",
    "frequent_term_votes",
    "is_distant",
    "keyword_vote",
    "majority_vote",
    "maxsim",
    "most_entangled",
    "nearest",
    "nearest_first",
    "nearness",
    "normalise",
    "nucleus",
    "pack_signs",
    "pool_tokens",
    "pooled_counts",
    "probed_maxsim",
    "project",
    "quantise_fp16",
    "quantise_int8",
    "rank_with_capacity",
    "reciprocal_rank_fusion",
    "rouge_l",
    "sampled_prices",
    "scatter",
    "spherical_k_means",
    "standardise",
    "top_k",
    "top_rows",
    "two_means",
    "unpack_signs",
    "withstands",
]
