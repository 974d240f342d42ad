"""Query in, ranking out, with the reason for each hit."""

from trovato.retrieve.candidate_scores import (
    Fusion,
    HybridScorer,
    LateInteractionScorer,
    LexicalScorer,
    Scorer,
)
from trovato.retrieve.collection_retriever import DEPTH, CollectionRetriever
from trovato.retrieve.composed_image import ComposedEvidence, PictureGallery
from trovato.retrieve.evidence import explain, regions_of
from trovato.retrieve.multi_source import MultiSourceRetriever, SourceFilter
from trovato.retrieve.nearest_centroid import NearestCentroid

__all__ = [
    "DEPTH",
    "CollectionRetriever",
    "ComposedEvidence",
    "Fusion",
    "HybridScorer",
    "LateInteractionScorer",
    "LexicalScorer",
    "MultiSourceRetriever",
    "NearestCentroid",
    "PictureGallery",
    "Scorer",
    "SourceFilter",
    "explain",
    "regions_of",
]
