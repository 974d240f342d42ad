"""Logs of other origin, brought to the columns and the order of ours."""

from trovato.interactions.imports.formats import FORMATS
from trovato.interactions.imports.import_log import Imported, import_log
from trovato.interactions.imports.options import ImportOptions

__all__ = [
    "FORMATS",
    "ImportOptions",
    "Imported",
    "import_log",
]
