"""Vectors and text made searchable and durable: a collection in one directory."""

from typing import TYPE_CHECKING

from trovato.core.system.lazy import lazy_names
from trovato.index.collection import Collection
from trovato.index.reader import Reader
from trovato.index.search.word_view import LEXICAL_WEIGHTS
from trovato.index.store.fields import (
    DEFAULT_FIELD,
    PAGE_IMAGE_FIELD,
    PICTURE_FIELD,
    StoredField,
    VectorField,
)
from trovato.index.store.filters import Condition, Filter, parse_filter
from trovato.index.store.records import Failure, Stats, StoredFile, StoredPage, VectorHits
from trovato.index.vectors.format import CODECS, VectorFormat
from trovato.index.vectors.ivf_codec import OperatingPoint, SearchProfile

if TYPE_CHECKING:
    from trovato.index.maintenance.issues import IntegrityIssue
    from trovato.index.maintenance.repair import Repair, repair
    from trovato.index.maintenance.verify import verify
    from trovato.index.ray_shards import ShardedCollection, Shards
    from trovato.index.writer import Writer
    from trovato.index.writing.compaction import Compaction
    from trovato.index.writing.draft import Draft
    from trovato.index.writing.reencoding import Compression
    from trovato.index.writing.tuning import CompressionCandidate, ParetoFrontier
else:  # what a search has no use for
    __getattr__ = lazy_names(
        __name__,
        **{
            "maintenance.issues": ["IntegrityIssue"],
            "maintenance.repair": ["Repair", "repair"],
            "maintenance.verify": ["verify"],
            "ray_shards": ["ShardedCollection", "Shards"],
            "writer": ["Writer"],
            "writing.compaction": ["Compaction"],
            "writing.draft": ["Draft"],
            "writing.reencoding": ["Compression"],
            "writing.tuning": ["ParetoFrontier", "CompressionCandidate"],
        },
    )

__all__ = [
    "CODECS",
    "DEFAULT_FIELD",
    "LEXICAL_WEIGHTS",
    "PAGE_IMAGE_FIELD",
    "PICTURE_FIELD",
    "Collection",
    "Compaction",
    "Compression",
    "CompressionCandidate",
    "Condition",
    "Draft",
    "Failure",
    "Filter",
    "IntegrityIssue",
    "OperatingPoint",
    "ParetoFrontier",
    "Reader",
    "Repair",
    "SearchProfile",
    "ShardedCollection",
    "Shards",
    "Stats",
    "StoredField",
    "StoredFile",
    "StoredPage",
    "VectorField",
    "VectorFormat",
    "VectorHits",
    "Writer",
    "parse_filter",
    "repair",
    "verify",
]
