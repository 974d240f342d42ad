"""Filters that leave out documents before an answer is made."""

from trovato.generate.defences.discern import DiscernFilter
from trovato.generate.defences.perplexity import LogLikelihood, PerplexityFilter
from trovato.generate.defences.ragdefender import RagDefender
from trovato.generate.defences.trustrag import TrustRag
from trovato.generate.defences.vectors import passage_vectors

__all__ = [
    "DiscernFilter",
    "LogLikelihood",
    "PerplexityFilter",
    "RagDefender",
    "TrustRag",
    "passage_vectors",
]
