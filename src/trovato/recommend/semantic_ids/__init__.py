"""Semantic ids of a catalogue, from its texts or vectors."""

from trovato.recommend.semantic_ids.clicks import read_clicks
from trovato.recommend.semantic_ids.item_table import ItemTable, read_items
from trovato.recommend.semantic_ids.train_ids import (
    ID_QUANTIZERS,
    REPAIRS,
    quantizer_settings,
    train_ids,
)

__all__ = [
    "ID_QUANTIZERS",
    "REPAIRS",
    "ItemTable",
    "quantizer_settings",
    "read_clicks",
    "read_items",
    "train_ids",
]
