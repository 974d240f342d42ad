"""Documents as trees: components, and the sentences and rows that they are made of."""

from typing import TYPE_CHECKING

from trovato.core.system.lazy import lazy_names
from trovato.data.components.chart import chart_item
from trovato.data.components.files import COMPONENT_SUFFIXES, read_components
from trovato.data.components.html import html_components
from trovato.data.components.paragraph import paragraph_items
from trovato.data.components.path_line import path_line
from trovato.data.components.references import label_of, references
from trovato.data.components.shared_names import link_shared_names
from trovato.data.components.table import Cell, table_items
from trovato.data.components.title_links import link_titles

if TYPE_CHECKING:
    from trovato.data.components.office import office_components
    from trovato.data.components.pdf import pdf_components
else:  # pdfium takes a while to load
    __getattr__ = lazy_names(__name__, office=["office_components"], pdf=["pdf_components"])

__all__ = [
    "COMPONENT_SUFFIXES",
    "Cell",
    "chart_item",
    "html_components",
    "label_of",
    "link_shared_names",
    "link_titles",
    "office_components",
    "paragraph_items",
    "path_line",
    "pdf_components",
    "read_components",
    "references",
    "table_items",
]
