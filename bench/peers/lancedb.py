"""LanceDB: multivector search, with and without an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa

from peers.engine import Documents, Setting, folder_size

ROWS = 1000


class LanceDB:
    """Vectors in float16; the index is IVF-PQ on cosine."""

    def __init__(self, *, indexed: bool) -> None:
        self._indexed = indexed
        self.settings: Sequence[Setting] = [{}]
        if indexed:
            self.settings = [
                {"nprobes": 20, "refine": 1},
                {"nprobes": 20, "refine": 10},
                {"nprobes": 64, "refine": 40},
            ]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        self._folder = folder
        vector = pa.list_(pa.list_(pa.float16(), documents.dim))
        schema = pa.schema([("id", pa.int64()), ("vectors", vector)])
        database = lancedb.connect(str(folder))
        rows = _batches(documents, schema)
        self._table = database.create_table("documents", data=rows, schema=schema)
        if self._indexed:
            lists = int(2 ** np.round(np.log2(max(documents.tokens, 4096) / 4096)))
            self._table.create_index(
                metric="cosine",
                vector_column_name="vectors",
                num_partitions=lists,
                num_sub_vectors=documents.dim // 4,
            )

    def size(self) -> int:
        return folder_size(self._folder)

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        asked: Any = self._table.search(query.astype(np.float16)).limit(k)
        if self._indexed:
            asked = asked.nprobes(int(setting["nprobes"]))
            if setting["refine"] > 1:
                asked = asked.refine_factor(int(setting["refine"]))
        return list(asked.select(["id"]).to_arrow()["id"].to_pylist())


def _batches(documents: Documents, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    kept: list[np.ndarray] = []
    for number, vectors in enumerate(documents):
        kept.append(vectors)
        if len(kept) == ROWS or number == len(documents) - 1:
            flat = pa.array(np.concatenate(kept).ravel(), pa.float16())
            tokens = pa.FixedSizeListArray.from_arrays(flat, documents.dim)
            offsets = np.cumsum([0, *map(len, kept)]).astype(np.int32)
            lists = pa.ListArray.from_arrays(pa.array(offsets), tokens)
            ids = pa.array(np.arange(number + 1 - len(kept), number + 1))
            yield pa.RecordBatch.from_arrays([ids, lists], schema=schema)
            kept = []
