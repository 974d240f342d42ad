"""Content vectors of items, joined by id."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from trovato.core import UnreadableFileError, fields
from trovato.core.shapes import Float32, UInt32


def read_embeddings(
    path: Path, ids: UInt32[np.ndarray, " items"]
) -> Float32[np.ndarray, "items dim"]:
    """The vectors of some items; zeros for an item that has none.

    The file has its own order, which is not that of the table of items. Its components are sorted
    by importance. All of the file is in memory while it is read.

    Raises
    ------
    UnreadableFileError
        If the file is absent, damaged, or has not one vector for each distinct id.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            known, vectors = stored[fields.ITEM], stored["embedding"]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(f"{path} holds no content vectors: {error}") from error
    order = np.argsort(known)
    ordered = known[order]
    if vectors.ndim != 2 or len(vectors) != len(known) or (ordered[1:] == ordered[:-1]).any():
        raise UnreadableFileError(
            f"{path} must have one vector for each distinct id, got {known.shape} ids and vectors "
            f"of shape {vectors.shape}"
        )
    joined = np.zeros((len(ids), vectors.shape[1]), np.float32)
    if len(known):
        places = np.minimum(np.searchsorted(ordered, ids), len(known) - 1)
        there = ordered[places] == ids
        joined[there] = vectors[order[places[there]]]
    return joined
