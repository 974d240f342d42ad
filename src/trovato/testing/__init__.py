"""The laws of each part as checks that you can run on your own, and an encoder for tests."""

from trovato.testing.answerer import check_answerer
from trovato.testing.attack import check_attack
from trovato.testing.contrast import contrast
from trovato.testing.document import check_document
from trovato.testing.document_filter import check_document_filter
from trovato.testing.encoder import check_encoder
from trovato.testing.index import check_index
from trovato.testing.language_model import check_language_model
from trovato.testing.log_engine import check_log_engine
from trovato.testing.maxsim import check_maxsim
from trovato.testing.measure import check_measure
from trovato.testing.recommender import check_recommender
from trovato.testing.retriever import check_retriever
from trovato.testing.store import check_store
from trovato.testing.words import WordEncoder

__all__ = [
    "WordEncoder",
    "check_answerer",
    "check_attack",
    "check_document",
    "check_document_filter",
    "check_encoder",
    "check_index",
    "check_language_model",
    "check_log_engine",
    "check_maxsim",
    "check_measure",
    "check_recommender",
    "check_retriever",
    "check_store",
    "contrast",
]
