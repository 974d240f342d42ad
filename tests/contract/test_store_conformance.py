"""Our store keeps the laws of a store."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from trovato.index import Collection
from trovato.testing.conformance.storage.store import check_store


def test_collections_keep_the_laws_of_a_store(tmp_path: Path) -> None:
    numbers = count()
    check_store(lambda: Collection.create(tmp_path / str(next(numbers)), fingerprint="made", dim=8))
