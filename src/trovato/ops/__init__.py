"""Pure functions on arrays: scores, rankings, fusion, quantisation."""

from trovato.ops.arrays.elastic_net import nonnegative_elastic_net
from trovato.ops.arrays.id_set import SeenIds, SortedIdSet
from trovato.ops.arrays.mapped import release_mapped
from trovato.ops.arrays.scatter import scatter
from trovato.ops.arrays.sorted_places import sorted_places
from trovato.ops.arrays.splitmix64 import splitmix64
from trovato.ops.clustering.gap_statistic import GapStatistic, gap_statistic
from trovato.ops.clustering.kmeans import two_means
from trovato.ops.clustering.nearest_in_groups import CentroidGroups, nearest_in_groups
from trovato.ops.clustering.ragdefender import (
    count_by_clusters,
    count_by_concentration,
    frequent_term_votes,
    ragdefender_estimate,
)
from trovato.ops.clustering.spherical_kmeans import spherical_kmeans
from trovato.ops.clustering.token_pooling import Pooled, pool_tokens, pooled_counts
from trovato.ops.language.answers.abstention import is_abstention
from trovato.ops.language.answers.answer_key import answer_key
from trovato.ops.language.answers.answer_normalization import normalize_answer
from trovato.ops.language.answers.answer_support import is_supported
from trovato.ops.language.attention_mask import INSTRUCTIONS, PADDING, QUESTION, document_mask
from trovato.ops.language.capitalized_names import names_in
from trovato.ops.language.caption_edit import apply_edit
from trovato.ops.language.character_ngrams import character_bigrams
from trovato.ops.language.chinese_numerals import (
    NUMERAL,
    chinese_number,
    parse_chinese_number,
    plain_digits,
)
from trovato.ops.language.english import is_english, is_latin
from trovato.ops.language.passages import Window, best_windows, meet_words, span_scores
from trovato.ops.language.prison_terms import Term, parse_term
from trovato.ops.language.reasoning import told_without_reasoning, without_reasoning
from trovato.ops.language.rouge import common_subsequence, rouge_l
from trovato.ops.language.search.edit_distance import edit_distances
from trovato.ops.language.search.page_marks import captions, part_marks
from trovato.ops.language.search.search_query import SearchQuery, parse_search_query
from trovato.ops.language.search.search_words import (
    codes,
    fold,
    holds_unspaced,
    is_unspaced,
    joined,
    linked_runs,
    query_words,
    search_words,
)
from trovato.ops.language.search.unspaced import pieces_of
from trovato.ops.language.sentence_splitter import sentences, sentences_meeting
from trovato.ops.language.stop_words import QUERY_STOP_WORDS, stop_words_of
from trovato.ops.language.token_sampling import top_p_distribution
from trovato.ops.language.word_stems import word_stems
from trovato.ops.late_interaction.centroid_scores import (
    MOST_CELLS,
    CellLists,
    border_of,
    cell_table,
    coarse_maxsim,
    nearest,
)
from trovato.ops.late_interaction.exact import (
    Compressed,
    Vectors,
    available_kernels,
    best_tokens,
    maxsim,
)
from trovato.ops.late_interaction.probed_tokens import probed_tokens_maxsim
from trovato.ops.late_interaction.probing import (
    CandidateScorer,
    Postings,
    Probes,
    choose_probes,
    probed_maxsim,
)
from trovato.ops.late_interaction.residual_codec import ResidualCodec, ResidualVectors
from trovato.ops.ranking.bm25 import Bm25, bm25_contributions
from trovato.ops.ranking.capacity_assignment import (
    CapacityRanking,
    rank_with_capacity,
    sampled_prices,
)
from trovato.ops.ranking.certified_vote import (
    Vote,
    certified_radius,
    keyword_vote,
    majority_vote,
    withstands,
)
from trovato.ops.ranking.fusion import convex_combination, reciprocal_rank_fusion
from trovato.ops.ranking.postings import (
    SCORE_STEPS,
    Bm25Settings,
    PostingLists,
    pack_counts,
    top_postings,
)
from trovato.ops.ranking.seize import seize_scores
from trovato.ops.ranking.tiled_top_k import NO_ITEM, Tiles, best_in_tiles
from trovato.ops.ranking.top_k import top_k, top_rows
from trovato.ops.selection.cluster_quotas import cluster_quotas
from trovato.ops.selection.diverse_selection import DiverseSelection, select_diverse
from trovato.ops.selection.easy_to_hard import easy_to_hard
from trovato.ops.selection.group_advantages import AdvantageScale, group_advantages
from trovato.ops.selection.hard_negatives import NEGATIVE_RULES, NegativeRule, hard_negatives
from trovato.ops.selection.learnability import (
    beta_learnability,
    gaussian_learnability,
    min_max,
    progress_learnability,
    quantile_gaussian_learnability,
)
from trovato.ops.selection.rademacher_projection import rademacher_projection
from trovato.ops.selection.representativeness import (
    representativeness,
    softmax_gradient,
    softmax_hvp,
)
from trovato.ops.selection.ridge_posterior import RidgePosterior, ridge_posterior
from trovato.ops.sentencing.calculator import (
    Calculation,
    CalculationStep,
    StatutoryRange,
    calculate_term,
)
from trovato.ops.sentencing.factors import Factor
from trovato.ops.sentencing.term_bins import TERM_BIN_ENDS, term_bin
from trovato.ops.vectors.binary import SignVectors, pack_signs, unpack_signs
from trovato.ops.vectors.composition import (
    DESCRIPTION_ONLY,
    IMAGE_ONLY,
    SUM,
    TEXT_ONLY,
    CompositionWeights,
    QueryParts,
    sdr_weights,
)
from trovato.ops.vectors.distances import centroid, diameter, is_distant, nearest_first, nearness
from trovato.ops.vectors.int8 import Int8Vectors, int8_quantize, quantise_fp16
from trovato.ops.vectors.l2_normalize import l2_normalize
from trovato.ops.vectors.pca import fit_projection, project

__all__ = [
    "DESCRIPTION_ONLY",
    "IMAGE_ONLY",
    "INSTRUCTIONS",
    "MOST_CELLS",
    "NEGATIVE_RULES",
    "NO_ITEM",
    "NUMERAL",
    "PADDING",
    "QUERY_STOP_WORDS",
    "QUESTION",
    "SCORE_STEPS",
    "SUM",
    "TERM_BIN_ENDS",
    "TEXT_ONLY",
    "AdvantageScale",
    "Bm25",
    "Bm25Settings",
    "Calculation",
    "CalculationStep",
    "CandidateScorer",
    "CapacityRanking",
    "CellLists",
    "CentroidGroups",
    "CompositionWeights",
    "Compressed",
    "DiverseSelection",
    "Factor",
    "GapStatistic",
    "Int8Vectors",
    "NegativeRule",
    "Pooled",
    "PostingLists",
    "Postings",
    "Probes",
    "QueryParts",
    "ResidualCodec",
    "ResidualVectors",
    "RidgePosterior",
    "SearchQuery",
    "SeenIds",
    "SignVectors",
    "SortedIdSet",
    "StatutoryRange",
    "Term",
    "Tiles",
    "Vectors",
    "Vote",
    "Window",
    "answer_key",
    "apply_edit",
    "available_kernels",
    "best_in_tiles",
    "best_tokens",
    "best_windows",
    "beta_learnability",
    "bm25_contributions",
    "border_of",
    "calculate_term",
    "captions",
    "cell_table",
    "centroid",
    "certified_radius",
    "character_bigrams",
    "chinese_number",
    "choose_probes",
    "cluster_quotas",
    "coarse_maxsim",
    "codes",
    "common_subsequence",
    "convex_combination",
    "count_by_clusters",
    "count_by_concentration",
    "diameter",
    "document_mask",
    "easy_to_hard",
    "edit_distances",
    "fit_projection",
    "fold",
    "frequent_term_votes",
    "gap_statistic",
    "gaussian_learnability",
    "group_advantages",
    "hard_negatives",
    "holds_unspaced",
    "int8_quantize",
    "is_abstention",
    "is_distant",
    "is_english",
    "is_latin",
    "is_supported",
    "is_unspaced",
    "joined",
    "keyword_vote",
    "l2_normalize",
    "linked_runs",
    "majority_vote",
    "maxsim",
    "meet_words",
    "min_max",
    "names_in",
    "nearest",
    "nearest_first",
    "nearest_in_groups",
    "nearness",
    "nonnegative_elastic_net",
    "normalize_answer",
    "pack_counts",
    "pack_signs",
    "parse_chinese_number",
    "parse_search_query",
    "parse_term",
    "part_marks",
    "pieces_of",
    "plain_digits",
    "pool_tokens",
    "pooled_counts",
    "probed_maxsim",
    "probed_tokens_maxsim",
    "progress_learnability",
    "project",
    "quantile_gaussian_learnability",
    "quantise_fp16",
    "query_words",
    "rademacher_projection",
    "ragdefender_estimate",
    "rank_with_capacity",
    "reciprocal_rank_fusion",
    "release_mapped",
    "representativeness",
    "ridge_posterior",
    "rouge_l",
    "sampled_prices",
    "scatter",
    "sdr_weights",
    "search_words",
    "seize_scores",
    "select_diverse",
    "sentences",
    "sentences_meeting",
    "softmax_gradient",
    "softmax_hvp",
    "sorted_places",
    "span_scores",
    "spherical_kmeans",
    "splitmix64",
    "stop_words_of",
    "term_bin",
    "told_without_reasoning",
    "top_k",
    "top_p_distribution",
    "top_postings",
    "top_rows",
    "two_means",
    "unpack_signs",
    "without_reasoning",
    "withstands",
    "word_stems",
]
