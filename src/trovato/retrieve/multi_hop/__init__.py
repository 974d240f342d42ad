"""Multi-hop search: from what meets a question along links to what completes it."""

from trovato.retrieve.multi_hop.collection_source import CollectionSource
from trovato.retrieve.multi_hop.decomposition import (
    Modality,
    Subquery,
    decompose,
    modality_of,
)
from trovato.retrieve.multi_hop.memory_source import MemorySource
from trovato.retrieve.multi_hop.model_decomposition import decompose_with
from trovato.retrieve.multi_hop.picture_scores import PictureScores
from trovato.retrieve.multi_hop.retriever import MultiHopRetriever
from trovato.retrieve.multi_hop.settings import HopSettings, Seeds
from trovato.retrieve.multi_hop.source import GraphSource, WordStatistics

__all__ = [
    "CollectionSource",
    "GraphSource",
    "HopSettings",
    "MemorySource",
    "Modality",
    "MultiHopRetriever",
    "PictureScores",
    "Seeds",
    "Subquery",
    "WordStatistics",
    "decompose",
    "decompose_with",
    "modality_of",
]
