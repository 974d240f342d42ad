"""trovato. A new engine of ours is plugged in here: a class below, a line in `registry.py`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from peers.engine import Documents, Setting, best_of
from trovato.ops import Int8Vectors, Vectors, maxsim, quantise_int8

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

    def _plain(self, documents: Documents) -> Vectors:
        return documents.load(np.float16 if self._format == "fp16" else np.float32).values

    def _int8(self, documents: Documents) -> Int8Vectors:
        codes = np.empty((documents.tokens, documents.dim), np.int8)
        scales = np.empty(documents.tokens, np.float32)
        at = 0
        for vectors in documents:
            made = quantise_int8(vectors.astype(np.float32))
            codes[at : at + len(made)] = made.codes
            scales[at : at + len(made)] = made.scales
            at += len(made)
        return Int8Vectors(codes, scales)
