"""Test collections that others made: corpora, questions, judgements, attack targets."""

from typing import TYPE_CHECKING

from trovato.core.system.lazy import lazy_names

if TYPE_CHECKING:
    from trovato.data.datasets.composed_queries import (
        ComposedQuery,
        missing_pictures,
        read_circo,
        read_cirr,
        read_composed_queries,
        read_fashion_iq,
    )
    from trovato.data.datasets.multi_hop import (
        MultiHopQuestion,
        read_component_documents,
        read_multimodal_qa,
        read_open_cqa,
        read_ott_qa,
        read_paragraph_questions,
        read_paragraphs,
        read_tat_qa,
    )
else:  # each caller wants one of many
    __getattr__ = lazy_names(
        __name__,
        composed_queries=[
            "ComposedQuery",
            "missing_pictures",
            "read_circo",
            "read_cirr",
            "read_composed_queries",
            "read_fashion_iq",
        ],
        multi_hop=[
            "MultiHopQuestion",
            "read_component_documents",
            "read_multimodal_qa",
            "read_open_cqa",
            "read_ott_qa",
            "read_paragraph_questions",
            "read_paragraphs",
            "read_tat_qa",
        ],
    )

__all__ = [
    "ComposedQuery",
    "MultiHopQuestion",
    "missing_pictures",
    "read_circo",
    "read_cirr",
    "read_component_documents",
    "read_composed_queries",
    "read_fashion_iq",
    "read_multimodal_qa",
    "read_open_cqa",
    "read_ott_qa",
    "read_paragraph_questions",
    "read_paragraphs",
    "read_tat_qa",
]
