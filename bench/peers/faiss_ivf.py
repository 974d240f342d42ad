"""faiss: IVF-PQ over single tokens, then exact MaxSim of the documents they belong to.

Made by hand of the best parts at hand: faiss finds tokens, our float16 kernel reranks, so that a
slow rerank is not held against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from peers.engine import Documents, Setting, best_of, folder_size
from trovato.core import generator
from trovato.ops import maxsim

SAMPLE = 160_000


class FaissIVF:
    """IVF4096,PQ32x8 at 128 dimensions; fewer lists for few tokens, more codes when wider."""

    settings: Sequence[Setting] = [
        {"nprobe": 4, "tokens": 64},
        {"nprobe": 16, "tokens": 128},
        {"nprobe": 32, "tokens": 256},
        {"nprobe": 64, "tokens": 512},
        {"nprobe": 128, "tokens": 1024},
    ]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        faiss.omp_set_num_threads(threads)
        self._folder, self._threads = folder, threads
        self._vectors = documents.load(np.float16)
        values = self._vectors.values
        self._owner = np.repeat(np.arange(len(documents)), np.diff(documents.offsets))
        lists = 4096 if len(values) > 500_000 else 1024 if len(values) > 100_000 else 64
        name = f"IVF{lists},PQ{documents.dim // 4}x8"
        self._index = faiss.index_factory(documents.dim, name, faiss.METRIC_INNER_PRODUCT)
        random = generator(0, "faiss sample")
        sample = random.choice(len(values), min(SAMPLE, len(values)), replace=False)
        self._index.train(values[np.sort(sample)].astype(np.float32))
        for start in range(0, len(values), 1 << 17):
            self._index.add(values[start : start + (1 << 17)].astype(np.float32))
        faiss.write_index(self._index, str(folder / "index"))

    def size(self) -> int:
        return folder_size(self._folder) + self._vectors.values.nbytes

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        self._index.nprobe = int(setting["nprobe"])
        _, tokens = self._index.search(query, int(setting["tokens"]))
        items = np.unique(self._owner[tokens[tokens >= 0]])
        values, offsets = self._vectors.values, self._vectors.offsets
        scores = maxsim(query, values, offsets, items, threads=self._threads)
        return [int(items[place]) for place in best_of(scores, k)]
