from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trovato.core import InvalidInputError, fields
from trovato.interactions.storage import schema
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import factor_similarity
from trovato.retrieve.recommenders import ItemIds


@pytest.fixture
def log(tmp_path: Path) -> InteractionLog:
    items = schema.items()
    values = {
        fields.ITEM: [1, 2, 3, 4, 5, 6],
        fields.AUTHOR: [7, 7, 7, 8, 8, 9],
        fields.DURATION: [30, 30, 20, 15, 16, 30],
        fields.RANK: [1, 2, 3, 4, 5, 6],
    }
    arrays = [pa.array(values[field.name], field.type) for field in items]
    pq.write_table(pa.table(arrays, schema=items), tmp_path / "items_metadata.parquet")
    return InteractionLog((), tmp_path)


def test_items_of_one_author_are_compared(log: InteractionLog) -> None:
    angles = np.radians([0, 60, 60, 90, 90, 0])
    vectors = np.stack([3 * np.cos(angles), 3 * np.sin(angles)], 1).astype(np.float32)
    catalogue = ItemIds.of(np.arange(1, 7, dtype=np.uint32))
    found = factor_similarity(vectors, catalogue, np.full(6, 5), log)
    assert found.metadata == pytest.approx(0.5)  # items 1 and 2
    # Items 1 to 3 in some order, and 4 with 5.
    assert found.author in (pytest.approx((0.5 + 1 + 1) / 3), pytest.approx((0.5 + 0.5 + 1) / 3))
    with pytest.raises(InvalidInputError, match="too small"):
        factor_similarity(vectors, catalogue, np.array([5, 4, 5, 5, 5, 5]), log)
