"""Bytes that others made, as records."""

from trovato.data.discover import Skipped, Source, digest, discover
from trovato.data.document import MOST_PAGES, Document, open_document
from trovato.data.ocr import Ocr, OcrCache
from trovato.data.typeset import split_pages, typeset

__all__ = [
    "MOST_PAGES",
    "Document",
    "Ocr",
    "OcrCache",
    "Skipped",
    "Source",
    "digest",
    "discover",
    "open_document",
    "split_pages",
    "typeset",
]
