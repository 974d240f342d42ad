from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trovato.core import InvalidInputError, Item
from trovato.index import Collection, Reader, VectorField, VectorFormat
from trovato.ops import IMAGE_ONLY, CompositionWeights, QueryParts
from trovato.retrieve import ComposedEvidence, ImageField

DIM = 8


def stored(folder: Path, items: Sequence[Item], rows: Sequence[np.ndarray]) -> Reader:
    """A collection of pictures with the vectors of each."""
    collection = Collection.create(folder / "made", fingerprint="none", dim=4)
    field = VectorField("image", "drawn", DIM)
    collection.add_field(field, lambda _: iter(()), vector_format=VectorFormat("fp16"))
    with collection.writer() as writer:
        for item, vectors in zip(items, rows, strict=True):
            draft = writer.stage(item.id, item.id, item.kind, 0, {}, whole=True)
            draft.add_item(item, {"image": vectors})
            draft.finish()
    return collection.reader()


def drawn(seed: int, count: int) -> tuple[list[Item], np.ndarray, QueryParts]:
    """Pictures of which every second one is the same as the one before it, ids not in order."""
    random = np.random.default_rng(seed)
    vectors = np.repeat(random.normal(size=(count, DIM)), 2, axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = random.permutation(2 * count).tolist()
    items = [
        Item(f"{name:04d}", "picture", f"picture {name}", attributes={"even": 1 - name % 2})
        for name in names
    ]
    rounded = vectors.astype(np.float16).astype(np.float32)
    return items, rounded, QueryParts(*random.normal(size=(3, DIM)))


@settings(max_examples=8)
@given(
    st.integers(0, 10_000),
    st.integers(1, 20),
    st.integers(1, 50),
    st.floats(0, 1),
    st.floats(0, 1.5),
    st.booleans(),
)
def test_as_one_picture_after_another(
    seed: int, count: int, k: int, alpha: float, beta: float, filtered: bool
) -> None:
    items, vectors, parts = drawn(seed, count)
    with (
        tempfile.TemporaryDirectory() as folder,
        stored(Path(folder), items, [row[None] for row in vectors]) as reader,
    ):
        field = ImageField(reader)
        weights = parts.weights(alpha, beta)
        excluded = {items[0].id, "not there"}
        condition = "even=1" if filtered else ""
        ranking = field.rank(parts, weights, k, exclude=excluded, filter=condition)
        vector = parts.compose(weights)
        slow = {
            item.id: float(sum(x * y for x, y in zip(row.tolist(), vector.tolist(), strict=True)))
            for item, row in zip(items, vectors, strict=True)
            if item.id not in excluded and (item.attributes["even"] or not filtered)
        }
        assert len(ranking) == min(k, len(slow))
        assert set(ranking.ids) <= set(slow)
        for hit in ranking:
            assert hit.score == pytest.approx(slow[hit.item.id], abs=1e-5)
            assert sum(hit.evidence.parts.values()) == pytest.approx(hit.score, abs=1e-5)
        left = set(slow) - set(ranking.ids)
        if left and len(ranking):
            assert ranking[len(ranking) - 1].score >= max(slow[name] for name in left) - 1e-5
        longer = field.rank(parts, weights, k + 1, exclude=excluded, filter=condition)
        assert longer.ids[:k] == ranking.ids


def test_why_a_picture_is_there(tmp_path: Path) -> None:
    items = [Item(name, "picture", name) for name in ("alike", "changed", "other")]
    one = np.eye(DIM)
    field = ImageField(stored(tmp_path, items, list(np.eye(3, DIM, dtype=np.float32)[:, None])))
    parts = QueryParts(one[1], one[0], one[1], negative=one[2])
    weights = CompositionWeights(1.0, 0.8, 0.5, 0.4)
    found = {hit.item.id: hit.evidence for hit in field.rank(parts, weights, 3)}
    for name, kept in (("alike", "picture"), ("changed", "edit")):
        evidence = found[name]
        assert isinstance(evidence, ComposedEvidence)
        assert evidence.kept_for == kept
        assert evidence.snippet == name
    assert dict(found["changed"].parts) == pytest.approx(
        {"description": 1.0, "reference": 0.0, "modification": 0.5, "negative": 0.0}
    )
    assert found["other"].parts["negative"] == pytest.approx(-0.4)


def test_kept_for_compares_with_an_average_picture(tmp_path: Path) -> None:
    one = np.eye(DIM)
    parts = QueryParts(one[1], one[0], one[2])
    weights = CompositionWeights(0.5, 1.0, 1.0)
    # All look alike: the reference gives most of every score, and tells none from another.
    rows = [0.9 * one[0], 0.9 * one[0] + 0.3 * one[1], 0.9 * one[0] + 0.3 * one[2], one[0]]
    items = [Item(name, "picture") for name in ("plain", "described", "modified", "alike")]
    reader = stored(tmp_path, items, [row[None].astype(np.float32) for row in rows])
    field = ImageField(reader, np.mean(rows, axis=0))
    kept = {
        hit.item.id: hit.evidence.kept_for
        for hit in field.rank(parts, weights, 4)
        if isinstance(hit.evidence, ComposedEvidence)
    }
    assert kept["described"] == kept["modified"] == "edit"
    assert kept["alike"] == "picture"


def test_the_best_crop_counts(tmp_path: Path) -> None:
    one = np.eye(DIM, dtype=np.float32)
    items = [Item(name, "picture") for name in ("whole", "part")]
    field = ImageField(stored(tmp_path, items, [one[[0, 1, 2]], one[[3, 4, 5]]]))
    parts = QueryParts(one[4], one[4], one[4])
    first = field.rank(parts, IMAGE_ONLY, 1)[0]
    assert first.item.id == "part"
    assert first.score == pytest.approx(1)
    assert isinstance(first.evidence, ComposedEvidence)
    assert first.evidence.crop == 1
    assert first.evidence.parts["reference"] == pytest.approx(1)


def test_what_does_not_fit(tmp_path: Path) -> None:
    items, vectors, parts = drawn(0, 2)
    reader = stored(tmp_path, items, [row[None] for row in vectors])
    field = ImageField(reader)
    assert len(field.rank(parts, IMAGE_ONLY, 10)) == 4
    with pytest.raises(InvalidInputError, match="8 components, the query has 9"):
        field.rank(QueryParts(*np.ones((3, DIM + 1))), IMAGE_ONLY, 1)
    with pytest.raises(InvalidInputError, match="at least 1"):
        field.rank(parts, IMAGE_ONLY, 0)
    with pytest.raises(InvalidInputError, match="no vector field 'photos'"):
        ImageField(reader, name="photos").rank(parts, IMAGE_ONLY, 1)
