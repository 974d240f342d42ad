"""trovato: its exact scan in memory, and a whole collection on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from peers.engine import Documents, Setting, best_of
from trovato.core import Page, TextLayout
from trovato.index import Collection
from trovato.ops import Int8Vectors, int8_quantize, maxsim

Format = Literal["int8", "fp16", "fp32"]


class TrovatoScan:
    """Exact scan of everything, in one number format."""

    settings: Sequence[Setting] = [{}]

    def __init__(self, number_format: Format) -> None:
        self._format = number_format

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        self._offsets = documents.offsets
        self._threads = threads
        self._vectors = self._int8(documents) if self._format == "int8" else self._plain(documents)

    def size(self) -> int:
        kept = self._vectors
        return (
            kept.codes.nbytes + kept.scales.nbytes if isinstance(kept, Int8Vectors) else kept.nbytes
        )

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        scores = maxsim(query, self._vectors, self._offsets, threads=self._threads)
        return best_of(scores, k)

    def _plain(self, documents: Documents) -> np.ndarray:
        return documents.load(np.float16 if self._format == "fp16" else np.float32).values

    def _int8(self, documents: Documents) -> Int8Vectors:
        codes = np.empty((documents.tokens, documents.dim), np.int8)
        scales = np.empty(documents.tokens, np.float32)
        at = 0
        for vectors in documents:
            made = int8_quantize(vectors.astype(np.float32))
            codes[at : at + len(made)] = made.codes
            scales[at : at + len(made)] = made.scales
            at += len(made)
        return Int8Vectors(codes, scales)


class TrovatoCollection:
    """A collection with centroids: all that a user gets, with its database and its promises.

    Parameters
    ----------
    bits
        Of the residual codes; 0 for int8.
    """

    settings: Sequence[Setting] = [
        *({"candidates": count} for count in (64, 128, 256, 512, 1024, 2048)),
        {"exact": 1},
    ]

    def __init__(self, bits: int = 0) -> None:
        self._bits = bits

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        self._threads = threads
        self._collection = Collection.create(folder, fingerprint="bench", dim=documents.dim)
        nowhere = TextLayout.empty(1, 1)
        with self._collection.writer() as writer:
            draft = writer.stage("made", "0", "made", 0, {})
            for number, values in enumerate(documents, 1):
                vectors = int8_quantize(values.astype(np.float32))
                spans = np.zeros((len(vectors), 2), np.int32)
                draft.add(Page(number, "", nowhere), vectors, spans)
            draft.finish()
            writer.compact()
            writer.train_centroids(threads=threads)
            if self._bits:
                writer.compress(f"{self._bits}bit", threads)
        self._reader = self._collection.reader()
        self._first = self._reader.row_of("made#1")

    def size(self) -> int:
        files = (self._collection.path / "segments").iterdir()
        return sum(path.stat().st_size for path in files)

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        exact, candidates = "exact" in setting, setting.get("candidates")
        found = self._reader.search_vectors(
            query,
            k,
            threads=self._threads,
            exact=exact,
            candidates=None if candidates is None else int(candidates),
        )
        return [row - self._first for row, _ in found.best]
