"""Vectors and text made searchable and durable: a collection in one directory."""

from typing import TYPE_CHECKING

from trovato.core.lazy import lazy_names
from trovato.index.codebook import IndexCard, Setting
from trovato.index.collection import Collection
from trovato.index.form import CODECS, VectorForm
from trovato.index.lexical import QUERY_STOP_WORDS
from trovato.index.progress import Listener
from trovato.index.reader import LEXICAL_WEIGHTS, Reader
from trovato.index.records import Failure, Stats, StoredFile, StoredPage, VectorHits
from trovato.index.where import Condition, Where, parse_where

if TYPE_CHECKING:
    from trovato.index.compaction import Compaction
    from trovato.index.compression import Compression
    from trovato.index.inspection import Finding
    from trovato.index.repair import Repair, repair
    from trovato.index.shards import Shards
    from trovato.index.tuning import Frontier, Option
    from trovato.index.verify import verify
    from trovato.index.writer import Draft, Writer
else:  # what a search has no use for
    __getattr__ = lazy_names(
        __name__,
        compaction=["Compaction"],
        compression=["Compression"],
        inspection=["Finding"],
        repair=["Repair", "repair"],
        shards=["Shards"],
        tuning=["Frontier", "Option"],
        verify=["verify"],
        writer=["Draft", "Writer"],
    )

__all__ = [
    "CODECS",
    "LEXICAL_WEIGHTS",
    "QUERY_STOP_WORDS",
    "Collection",
    "Compaction",
    "Compression",
    "Condition",
    "Draft",
    "Failure",
    "Finding",
    "Frontier",
    "IndexCard",
    "Listener",
    "Option",
    "Reader",
    "Repair",
    "Setting",
    "Shards",
    "Stats",
    "StoredFile",
    "StoredPage",
    "VectorForm",
    "VectorHits",
    "Where",
    "Writer",
    "parse_where",
    "repair",
    "verify",
]
