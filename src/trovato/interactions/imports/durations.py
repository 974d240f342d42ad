"""How long items last, gathered from the rows that show them into a table of items."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trovato.core import atomic_path, fields
from trovato.core.shapes import Int64, UInt8, UInt32
from trovato.interactions.storage import schema

_MOST = 255  # seconds, as the published table counts them


class Lengths:
    """Seconds of each item that any row shows; what rows say differently, the longest is right.

    Memory: five bytes for each item, and three times that while more come.

    Parameters
    ----------
    path
        The table of items. What is there already is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids: UInt32[np.ndarray, " items"] = np.zeros(0, np.uint32)
        self._seconds: UInt8[np.ndarray, " items"] = np.zeros(0, np.uint8)
        if path.exists():
            with schema.arrow().parquet.ParquetFile(path) as file:
                table = file.read([fields.ITEM, fields.DURATION])
            self._ids = np.array(table[fields.ITEM].to_numpy())
            self._seconds = np.array(table[fields.DURATION].to_numpy())

    def add(self, items: UInt32[np.ndarray, " rows"], seconds: Int64[np.ndarray, " rows"]) -> None:
        """The items of some rows, and how long they last; 0 where it is not known."""
        ids, places = np.unique(items, return_inverse=True)
        longest = np.zeros(len(ids), np.uint8)
        np.maximum.at(longest, places, np.clip(seconds, 0, _MOST).astype(np.uint8))
        if not np.isin(ids, self._ids, assume_unique=True).all():
            union = np.union1d(self._ids, ids)
            grown = np.zeros(len(union), np.uint8)
            grown[np.searchsorted(union, self._ids)] = self._seconds
            self._ids, self._seconds = union, grown
        places = np.searchsorted(self._ids, ids)
        self._seconds[places] = np.maximum(self._seconds[places], longest)

    def write(self) -> None:
        """Write the table, if there is anything in it; authors are not known, so they are 0.

        Raises
        ------
        StorageError
            If the disk is full.
        """
        if not len(self._ids):
            return
        pa = schema.arrow()
        table = pa.table(
            {
                fields.ITEM: self._ids,
                fields.AUTHOR: np.zeros(len(self._ids), np.uint32),
                fields.DURATION: self._seconds,
            }
        )
        with atomic_path(self._path) as part:
            pa.parquet.write_table(table, part, compression="zstd")
