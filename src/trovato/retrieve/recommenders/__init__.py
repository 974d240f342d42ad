"""From a person's history to a ranking of everything there is."""

from trovato.retrieve.recommenders.catalogue import Catalogue
from trovato.retrieve.recommenders.content import ContentNeighbours
from trovato.retrieve.recommenders.factors import Factors
from trovato.retrieve.recommenders.item_scores import ItemScores
from trovato.retrieve.recommenders.neighbours import ItemNeighbours
from trovato.retrieve.recommenders.products import Products
from trovato.retrieve.recommenders.random_scores import RandomScores
from trovato.retrieve.recommenders.reasons import Reasons, reasons
from trovato.retrieve.recommenders.recommender import Recommender, Scored
from trovato.retrieve.recommenders.retriever import HistoryRetriever
from trovato.retrieve.recommenders.self_attention import SelfAttention
from trovato.retrieve.recommenders.stored import load_recommender, save_recommender

__all__ = [
    "Catalogue",
    "ContentNeighbours",
    "Factors",
    "HistoryRetriever",
    "ItemNeighbours",
    "ItemScores",
    "Products",
    "RandomScores",
    "Reasons",
    "Recommender",
    "Scored",
    "SelfAttention",
    "load_recommender",
    "reasons",
    "save_recommender",
]
