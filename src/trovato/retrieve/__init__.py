"""Query in, ranking out, with the reason for each hit."""

from typing import TYPE_CHECKING

from trovato.core.system.lazy import lazy_names
from trovato.retrieve.candidate_scores import (
    Fusion,
    HybridScorer,
    LateInteractionScorer,
    LexicalScorer,
    Scorer,
)
from trovato.retrieve.collection_retriever import DEPTH, CollectionRetriever
from trovato.retrieve.evidence.explain import explain, regions_of
from trovato.retrieve.evidence.zones import evidence_zones
from trovato.retrieve.image_field import ComposedEvidence, ImageField
from trovato.retrieve.multi_source import MultiSourceRetriever, SourceFilter
from trovato.retrieve.nearest_centroid import NearestCentroid

if TYPE_CHECKING:
    from trovato.retrieve.composed import Composed, Describer
    from trovato.retrieve.composed_image import ComposedImageRetriever
else:  # a search for words has no use for encoders of pictures
    __getattr__ = lazy_names(
        __name__,
        composed=["Composed", "Describer"],
        composed_image=["ComposedImageRetriever"],
    )

__all__ = [
    "DEPTH",
    "CollectionRetriever",
    "Composed",
    "ComposedEvidence",
    "ComposedImageRetriever",
    "Describer",
    "Fusion",
    "HybridScorer",
    "ImageField",
    "LateInteractionScorer",
    "LexicalScorer",
    "MultiSourceRetriever",
    "NearestCentroid",
    "Scorer",
    "SourceFilter",
    "evidence_zones",
    "explain",
    "regions_of",
]
