"""Query in, ranking out, with the reason for each hit."""

from trovato.retrieve.evidence import explain, regions_of
from trovato.retrieve.pages import DEPTH, PageRetriever
from trovato.retrieve.scores import (
    Fusion,
    HybridScorer,
    LateInteractionScorer,
    LexicalScorer,
    Scorer,
)

__all__ = [
    "DEPTH",
    "Fusion",
    "HybridScorer",
    "LateInteractionScorer",
    "LexicalScorer",
    "PageRetriever",
    "Scorer",
    "explain",
    "regions_of",
]
