"""Judgements that were made elsewhere."""

from trovato.annotate.importers.collections import read_queries
from trovato.annotate.importers.imported import Imported
from trovato.annotate.importers.load import (
    SOURCES,
    ImportReport,
    ImportSource,
    load,
    read_source,
)

__all__ = [
    "SOURCES",
    "ImportReport",
    "ImportSource",
    "Imported",
    "load",
    "read_queries",
    "read_source",
]
