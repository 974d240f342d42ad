"""Bytes that others made, as records."""

from trovato.data.documents.discovery import FileToIndex, Skipped, digest, discover
from trovato.data.documents.document import Document, RedoOcr
from trovato.data.documents.ocr import Ocr
from trovato.data.documents.opening import MOST_PAGES, open_document
from trovato.data.documents.scans.cache import OcrCache
from trovato.data.documents.text_pages import split_pages, typeset

__all__ = [
    "MOST_PAGES",
    "Document",
    "FileToIndex",
    "Ocr",
    "OcrCache",
    "RedoOcr",
    "Skipped",
    "digest",
    "discover",
    "open_document",
    "split_pages",
    "typeset",
]
