"""maxsim-cpu: exact MaxSim over a list of documents in float32."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import maxsim_cpu
import numpy as np

from peers.engine import Documents, Setting, best_of


class MaxsimCpu:
    """`maxsim_scores_variable` over everything."""

    settings: Sequence[Setting] = [{}]

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        self._documents = [vectors.astype(np.float32) for vectors in documents]

    def size(self) -> int:
        return sum(vectors.nbytes for vectors in self._documents)

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        scores = maxsim_cpu.maxsim_scores_variable(query, self._documents)
        return best_of(np.asarray(scores), k)
