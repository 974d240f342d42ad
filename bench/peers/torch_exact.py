"""PyTorch: exact MaxSim over padded batches of documents of like length."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from peers.engine import Documents, Setting, best_of

BATCH = 512


class TorchExact:
    """One matrix product per batch in float32, padding masked."""

    settings: Sequence[Setting] = [{}]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        self._count = len(documents)
        vectors = documents.load(np.float32)
        lengths = np.diff(vectors.offsets)
        order = np.argsort(lengths, kind="stable")
        self._batches = []
        for start in range(0, len(order), BATCH):
            items = order[start : start + BATCH]
            longest = int(lengths[items].max())
            padded = np.zeros((len(items), longest, vectors.dim), np.float32)
            mask = np.full((len(items), longest, 1), -1e4, np.float32)
            for place, item in enumerate(items):
                padded[place, : lengths[item]] = vectors[int(item)]
                mask[place, : lengths[item]] = 0
            self._batches.append((items, torch.from_numpy(padded), torch.from_numpy(mask)))

    def size(self) -> int:
        return sum(padded.nbytes + mask.nbytes for _, padded, mask in self._batches)

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        scores = np.empty(self._count, np.float32)
        turned = torch.from_numpy(np.ascontiguousarray(query.T))
        with torch.inference_mode():
            for items, padded, mask in self._batches:
                scores[items] = (padded @ turned + mask).amax(dim=1).sum(dim=1).numpy()
        return best_of(scores, k)
