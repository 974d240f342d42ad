"""Features of pictures that were seen before, so that work that was broken off goes on."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from trovato.core import PathLike, StorageError, file_errors
from trovato.core.shapes import Float32


class FeatureCache:
    """Features by picture and encoder, in an SQLite file that several processes may share.

    Parameters
    ----------
    path
        The file; its folder is made.

    Raises
    ------
    StorageError
        If it cannot be read or written, or holds something else.
    """

    def __init__(self, path: PathLike) -> None:
        self._path = Path(path)
        with file_errors("make", self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._errors():
            self._database = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")  # what is lost is computed again
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS features (key BLOB PRIMARY KEY, vector BLOB)"
            )

    def get(self, encoder: str, picture: str) -> Float32[np.ndarray, " features"] | None:
        """Features of a picture, by the encoder's fingerprint and the digest of the file."""
        with self._errors():
            row = self._database.execute(
                "SELECT vector FROM features WHERE key = ?", [_key(encoder, picture)]
            ).fetchone()
        return None if row is None else np.frombuffer(row[0], np.float32)

    def put(self, encoder: str, picture: str, vector: Float32[np.ndarray, " features"]) -> None:
        """Keep features of a picture."""
        with self._errors():
            self._database.execute(
                "INSERT OR REPLACE INTO features VALUES (?, ?)",
                [_key(encoder, picture), vector.astype(np.float32).tobytes()],
            )

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"cannot use the cache {self._path} ({error}): check who may write there and that "
                "the disk has room, or remove it; it is made anew"
            ) from error


def _key(encoder: str, picture: str) -> bytes:
    return hashlib.sha256(f"{encoder}\0{picture}".encode()).digest()
