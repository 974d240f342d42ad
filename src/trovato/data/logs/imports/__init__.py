"""Logs of other origin, brought to the columns and the order of ours."""

from trovato.data.logs.imports.formats import FORMATS
from trovato.data.logs.imports.importing import Imported, import_log

__all__ = ["FORMATS", "Imported", "import_log"]
