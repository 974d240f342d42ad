"""Token vectors that outlive a run: a text is encoded once, for all runs that hold it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np

from trovato.core import Encoder, TokenVectors

_BLOCK = 64


class KeptVectors:
    """An encoder that keeps the vectors of every text in a file, as float16."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._file = sqlite3.connect(path, timeout=60)
        self._file.execute("CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, v BLOB, s BLOB)")
        self.fingerprint, self.dim = encoder.fingerprint, encoder.dim
        self.encode_query = encoder.encode_query

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        wanted = list(texts)
        for start in range(0, len(wanted), _BLOCK):
            block = wanted[start : start + _BLOCK]
            new = list(dict.fromkeys(text for text in block if self._kept(text) is None))
            for text, made in zip(new, self._encoder.encode(new), strict=True):
                assert made.spans is not None
                row = (
                    self._key(text),
                    made.values.astype(np.float16).tobytes(),
                    made.spans.tobytes(),
                )
                self._file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", row)
            self._file.commit()
            for text in block:
                kept = self._kept(text)
                assert kept is not None
                yield kept

    def _key(self, text: str) -> bytes:
        return sha256(f"{self.fingerprint}\n{text}".encode()).digest()

    def _kept(self, text: str) -> TokenVectors | None:
        found = self._file.execute("SELECT v, s FROM kept WHERE key = ?", (self._key(text),))
        row = found.fetchone()
        if row is None:
            return None
        values = np.frombuffer(row[0], np.float16).reshape(-1, self.dim)
        return TokenVectors(values, np.frombuffer(row[1], np.int32).reshape(-1, 2))
