"""Test collections that others made: corpora, questions, judgements, attack targets."""

from trovato.data.datasets.composed_queries import (
    ComposedQuery,
    missing_pictures,
    read_circo,
    read_cirr,
    read_composed_queries,
    read_fashion_iq,
)

__all__ = [
    "ComposedQuery",
    "missing_pictures",
    "read_circo",
    "read_cirr",
    "read_composed_queries",
    "read_fashion_iq",
]
