"""The laws of each part as checks that you can run on your own, and an encoder for tests."""

from trovato.testing.conformance.answerer import check_answerer
from trovato.testing.conformance.attack import check_attack
from trovato.testing.conformance.document import check_document
from trovato.testing.conformance.document_filter import check_document_filter
from trovato.testing.conformance.encoder import check_encoder
from trovato.testing.conformance.graph_source import check_graph_source
from trovato.testing.conformance.index import check_index
from trovato.testing.conformance.language_model import check_language_model
from trovato.testing.conformance.log_engine import check_log_engine
from trovato.testing.conformance.maxsim import check_maxsim
from trovato.testing.conformance.measure import check_measure
from trovato.testing.conformance.quantizer import check_quantizer
from trovato.testing.conformance.recommender import check_recommender
from trovato.testing.conformance.retriever import check_retriever
from trovato.testing.conformance.storage.event_store import check_event_store
from trovato.testing.conformance.storage.store import check_store
from trovato.testing.models.contrast import contrast
from trovato.testing.models.scenes import SceneSpace, draw_scene, save_scenes
from trovato.testing.models.word_encoder import WordEncoder

__all__ = [
    "SceneSpace",
    "WordEncoder",
    "check_answerer",
    "check_attack",
    "check_document",
    "check_document_filter",
    "check_encoder",
    "check_event_store",
    "check_graph_source",
    "check_index",
    "check_language_model",
    "check_log_engine",
    "check_maxsim",
    "check_measure",
    "check_quantizer",
    "check_recommender",
    "check_retriever",
    "check_store",
    "contrast",
    "draw_scene",
    "save_scenes",
]
