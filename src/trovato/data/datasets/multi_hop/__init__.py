"""Questions that need several items: over tables and links, charts, reports and paragraphs."""

from trovato.data.datasets.multi_hop.component_documents import read_component_documents
from trovato.data.datasets.multi_hop.multimodal_qa import read_multimodal_qa
from trovato.data.datasets.multi_hop.open_cqa import read_open_cqa
from trovato.data.datasets.multi_hop.ott_qa import read_ott_qa
from trovato.data.datasets.multi_hop.paragraphs import read_paragraph_questions, read_paragraphs
from trovato.data.datasets.multi_hop.question import MultiHopQuestion
from trovato.data.datasets.multi_hop.tat_qa import read_tat_qa

__all__ = [
    "MultiHopQuestion",
    "read_component_documents",
    "read_multimodal_qa",
    "read_open_cqa",
    "read_ott_qa",
    "read_paragraph_questions",
    "read_paragraphs",
    "read_tat_qa",
]
