"""Documents as trees: components, and the sentences and rows that they are made of."""

from trovato.data.components.chart import chart_item
from trovato.data.components.paragraph import paragraph_items
from trovato.data.components.path_line import path_line
from trovato.data.components.table import Cell, table_items

__all__ = ["Cell", "chart_item", "paragraph_items", "path_line", "table_items"]
