"""What the bench asks of every engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from trovato.core import RaggedVectors

# Values of an operating point, such as `{"nprobe": 16}`; its name is made from them.
Setting = Mapping[str, float]


class Documents(Protocol):
    """The collection to index."""

    @property
    def dim(self) -> int: ...

    @property
    def tokens(self) -> int: ...

    @property
    def offsets(self) -> np.ndarray: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[np.ndarray]: ...

    def load(self, dtype: type[np.float16] | type[np.float32] = np.float16) -> RaggedVectors: ...


class Engine(Protocol):
    """An index under measurement; documents are numbered from 0 in the order they come."""

    settings: Sequence[Setting]
    """Operating points, from fast to accurate."""

    def build(self, documents: Documents, folder: Path, threads: int) -> None:
        """Index all documents; files go into the folder, which is new and empty."""

    def size(self) -> int:
        """Bytes that the index keeps to answer queries, in files or in memory."""

    def search(self, query: np.ndarray, k: int, setting: Setting) -> Sequence[int]:
        """The best `k` documents for a query `(tokens, dim)` in float32, best first."""


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def best_of(scores: np.ndarray, k: int) -> list[int]:
    """Places of the `k` highest scores, best first, ties by place."""
    chosen = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
    order = np.lexsort((chosen, -scores[chosen]))
    return [int(place) for place in chosen[order]]
