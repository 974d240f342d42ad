"""Leaks of what nobody could have known: each is looked for in what a user hands over."""

from trovato.interactions.leakage.censoring import find_exact_censored
from trovato.interactions.leakage.embeddings import find_misjoined
from trovato.interactions.leakage.future import find_future
from trovato.interactions.leakage.order import find_shuffled
from trovato.interactions.leakage.overlap import find_shared_pairs

__all__ = [
    "find_exact_censored",
    "find_future",
    "find_misjoined",
    "find_shared_pairs",
    "find_shuffled",
]
