"""A collection's pages and vectors written to other stores."""

from trovato.index.export.lancedb import LanceTarget
from trovato.index.export.qdrant import QdrantTarget
from trovato.index.export.rows import ExportedPage, ExportTarget, pages_of

__all__ = [
    "ExportTarget",
    "ExportedPage",
    "LanceTarget",
    "QdrantTarget",
    "pages_of",
]
