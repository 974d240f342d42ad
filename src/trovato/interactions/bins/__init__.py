"""Counts by item and bin of time."""

from trovato.interactions.bins.count_table import Absent, CountTable
from trovato.interactions.bins.from_events import Bin, bin_events
from trovato.interactions.bins.read_catalogue import read_catalogue
from trovato.interactions.bins.read_counts import log_counts, read_counts

__all__ = [
    "Absent",
    "Bin",
    "CountTable",
    "bin_events",
    "log_counts",
    "read_catalogue",
    "read_counts",
]
