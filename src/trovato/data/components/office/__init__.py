"""Files of office programs, and books, as components."""

from trovato.data.components.office.office_file import office_components

__all__ = ["office_components"]
