"""fast-plaid: PLAID in Rust on PyTorch's library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from fast_plaid import search

from peers.engine import Documents, Setting, folder_size


class FastPlaid:
    """4-bit residuals; its defaults otherwise."""

    settings: Sequence[Setting] = [
        {"nprobe": 4, "documents": 1024},
        {"nprobe": 8, "documents": 4096},
        {"nprobe": 32, "documents": 8192},
    ]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        self._folder = folder
        self._index = search.FastPlaid(index=str(folder / "index"), device="cpu")
        vectors = [torch.from_numpy(values.astype(np.float32)) for values in documents]
        self._index.create(vectors, nbits=4)

    def size(self) -> int:
        return folder_size(self._folder)

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        found = self._index.search(
            torch.from_numpy(query)[None],
            top_k=k,
            n_full_scores=int(setting["documents"]),
            n_ivf_probe=int(setting["nprobe"]),
            show_progress=False,
        )
        return [int(item) for item, _ in found[0]]
