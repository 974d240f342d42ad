"""Judgements that were made elsewhere."""

from trovato.annotate.importers.imported import Imported
from trovato.annotate.importers.load import (
    SOURCES,
    ImportReport,
    ImportSource,
    load,
    read_source,
)

__all__ = ["SOURCES", "ImportReport", "ImportSource", "Imported", "load", "read_source"]
