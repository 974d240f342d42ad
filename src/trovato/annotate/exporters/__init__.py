"""Projects in the forms that others read."""

from trovato.annotate.exporters.export import FORMS, ExportForm, ExportReport, export

__all__ = ["FORMS", "ExportForm", "ExportReport", "export"]
