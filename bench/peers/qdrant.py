"""Qdrant in local mode: exact MaxSim in its client's process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from qdrant_client import QdrantClient, models

from peers.engine import Documents, Setting

NAME = "documents"
ROWS = 500


class QdrantLocal:
    """Vectors in float32 and in memory, all of them compared."""

    settings: Sequence[Setting] = [{}]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        self._bytes = documents.tokens * documents.dim * 4
        self._client = QdrantClient(":memory:")
        maximum = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
        vectors = models.VectorParams(
            size=documents.dim, distance=models.Distance.DOT, multivector_config=maximum
        )
        self._client.create_collection(NAME, vectors_config=vectors)
        points: list[models.PointStruct] = []
        for number, values in enumerate(documents):
            points.append(models.PointStruct(id=number, vector=values.astype(np.float32).tolist()))
            if len(points) == ROWS:
                self._client.upsert(NAME, points)
                points = []
        if points:
            self._client.upsert(NAME, points)

    def size(self) -> int:
        return self._bytes

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        found = self._client.query_points(NAME, query.tolist(), limit=k, with_payload=False)
        return [int(point.id) for point in found.points]
