"""Leaks of what nobody could have known: each is looked for in what a user hands over."""

from trovato.data.logs.audit.censored import find_exact_censored
from trovato.data.logs.audit.future import find_future
from trovato.data.logs.audit.order import find_shuffled
from trovato.data.logs.audit.pairs import find_shared_pairs
from trovato.data.logs.audit.vectors import find_misjoined

__all__ = [
    "find_exact_censored",
    "find_future",
    "find_misjoined",
    "find_shared_pairs",
    "find_shuffled",
]
