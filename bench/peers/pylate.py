"""PyLate's own PLAID index (the other one that it offers is fast-plaid)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from pylate import indexes

from peers.engine import Documents, Setting, folder_size


class PyLatePlaid:
    """4-bit residuals; its defaults otherwise."""

    settings: Sequence[Setting] = [
        {"cells": 4, "documents": 1024},
        {"cells": 8, "documents": 8192},
        {"cells": 32, "documents": 8192},
    ]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        self._folder = folder
        self._index = indexes.PLAID(
            index_folder=str(folder),
            index_name="plaid",
            override=True,
            use_fast=False,
            nbits=4,
            show_progress=False,
            device="cpu",
            embedding_size=documents.dim,
        )
        names = [str(number) for number in range(len(documents))]
        vectors = [values.astype(np.float32) for values in documents]
        self._index.add_documents(documents_ids=names, documents_embeddings=vectors)

    def size(self) -> int:
        return folder_size(self._folder)

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        searcher = self._index._index.searcher
        searcher.configure(ncells=int(setting["cells"]), ndocs=int(setting["documents"]))
        found = self._index(queries_embeddings=[query], k=k)
        return [int(hit["id"]) for hit in found[0]]
