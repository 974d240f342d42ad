"""Filters that leave out documents before an answer is made."""

from trovato.generate.filters.llm_discrimination import DiscernFilter
from trovato.generate.filters.passage_vectors import passage_vectors
from trovato.generate.filters.perplexity import LogLikelihood, PerplexityFilter
from trovato.generate.filters.ragdefender import RagDefender
from trovato.generate.filters.trustrag import TrustRag

__all__ = [
    "DiscernFilter",
    "LogLikelihood",
    "PerplexityFilter",
    "RagDefender",
    "TrustRag",
    "passage_vectors",
]
