"""The tables of users and items of a smaller log, and the content vectors of its items."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import UnreadableFileError, atomic_path, fields
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog

# Content vectors in memory at a time.
_TOGETHER = 1 << 18


def write_tables(log: InteractionLog, layout: LogLayout) -> None:
    """Write what is known of the users and items that are seen; nothing if nothing is known.

    Ranks are those of the log that it was cut from, and so are the names, of all users and items.

    Raises
    ------
    StorageError
        If the disk is full.
    UnreadableFileError
        If a table is damaged.
    """
    pa = schema.arrow()
    for name, path, read in (
        (fields.USER, layout.users, log.users),
        (fields.ITEM, layout.items, log.items),
    ):
        if log.has_table(name):
            with atomic_path(path) as part:
                pa.parquet.write_table(read(), part, compression="zstd")
    if log.embeddings is not None:
        _write_embeddings(log, log.embeddings, layout.embeddings)
    if log.metadata is not None:
        kept = LogLayout(log.metadata, log.metadata).names
        for source, path in zip(kept, layout.names, strict=True):
            if source.exists():
                with atomic_path(path) as part:
                    shutil.copyfile(source, part)


def _write_embeddings(log: InteractionLog, source: Path, target: Path) -> None:
    """Content vectors of the items that are seen, in the order of the source."""
    try:
        with np.load(source) as arrays:
            ids = arrays["item_id"]
        kept = np.ones(len(ids), np.bool_)
        if log.only_items is not None:
            kept = log.only_items.has(ids.astype(np.uint32))
        with zipfile.ZipFile(source) as archive, archive.open("embedding.npy") as file:
            (rows, dim), dtype = _header(file)
            with atomic_path(target) as path, zipfile.ZipFile(path, "w") as made:
                with made.open("item_id.npy", "w") as out:
                    np.lib.format.write_array(out, ids[kept])
                with made.open("embedding.npy", "w", force_zip64=True) as out:
                    shape = {"shape": (int(kept.sum()), dim), "fortran_order": False}
                    np.lib.format.write_array_header_1_0(
                        out, {**shape, "descr": np.lib.format.dtype_to_descr(dtype)}
                    )
                    for first in range(0, rows, _TOGETHER):
                        count = min(_TOGETHER, rows - first)
                        data = file.read(count * dim * dtype.itemsize)
                        part = np.frombuffer(data, dtype).reshape(count, dim)
                        out.write(part[kept[first : first + count]].tobytes())
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(f"cannot read {source}: {error}") from error


def _header(file: Any) -> tuple[tuple[int, int], np.dtype[np.float16]]:
    """Shape and type of an array of rows in a file of NumPy."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read = np.lib.format.read_array_header_2_0
    shape, fortran_order, dtype = read(file)
    if fortran_order or len(shape) != 2:
        raise ValueError(f"wanted an array of rows, got the shape {shape}")
    return shape, dtype
