"""From a person's history to a ranking of everything there is."""

from trovato.retrieve.recommenders.content_based import ContentNeighbours
from trovato.retrieve.recommenders.dot_product import Products
from trovato.retrieve.recommenders.explanations import Reasons, explain_recommendations
from trovato.retrieve.recommenders.factors.asymmetric_factors import AsymmetricFactors
from trovato.retrieve.recommenders.factors.matrix_factorization import Factors
from trovato.retrieve.recommenders.item_ids import ItemIds
from trovato.retrieve.recommenders.item_knn import ItemNeighbours
from trovato.retrieve.recommenders.item_weights import ItemWeights, SparseItemWeights
from trovato.retrieve.recommenders.non_personalized import ItemScores
from trovato.retrieve.recommenders.persistence import (
    load_histories,
    load_recommender,
    save_recommender,
)
from trovato.retrieve.recommenders.popularity_fallback import popularity_scores
from trovato.retrieve.recommenders.random import RandomScores
from trovato.retrieve.recommenders.sequence_retriever import SequenceRetriever
from trovato.retrieve.recommenders.sequential.generative import (
    GenerativeRetrieval,
    bucket_log_shares,
)
from trovato.retrieve.recommenders.sequential.sasrec import SelfAttention
from trovato.retrieve.recommenders.similar_items import similar_items
from trovato.retrieve.recommenders.user_histories import UserHistories

__all__ = [
    "AsymmetricFactors",
    "ContentNeighbours",
    "Factors",
    "GenerativeRetrieval",
    "ItemIds",
    "ItemNeighbours",
    "ItemScores",
    "ItemWeights",
    "Products",
    "RandomScores",
    "Reasons",
    "SelfAttention",
    "SequenceRetriever",
    "SparseItemWeights",
    "UserHistories",
    "bucket_log_shares",
    "explain_recommendations",
    "load_histories",
    "load_recommender",
    "popularity_scores",
    "save_recommender",
    "similar_items",
]
