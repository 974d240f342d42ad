"""xtr-warp-rs: the maintained port of WARP, on PyTorch's library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import xtr_warp

from peers.engine import Documents, Setting, folder_size


class XtrWarp:
    """4-bit residuals; its defaults otherwise."""

    settings: Sequence[Setting] = [
        {"nprobe": 4, "t_prime": 10_000},
        {"nprobe": 16, "t_prime": 100_000},
        {"nprobe": 64, "t_prime": 100_000},
    ]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        self._folder, self._threads = folder, threads
        self._index = xtr_warp.XTRWarp(str(folder / "index"))
        vectors = [torch.from_numpy(values.astype(np.float32)) for values in documents]
        self._index.create(vectors, device="cpu", nbits=4, show_progress=False)
        self._index.load(device="cpu")

    def size(self) -> int:
        return folder_size(self._folder)

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        found = self._index.search(
            torch.from_numpy(query)[None],
            top_k=k,
            num_threads=self._threads,
            nprobe=int(setting["nprobe"]),
            t_prime=int(setting["t_prime"]),
            bound=2 * int(setting["nprobe"]),
            show_progress=False,
        )
        return [int(item) for item, _ in found[0]]
