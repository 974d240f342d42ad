from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, Item
from trovato.ops import IMAGE_ONLY, CompositionWeights, QueryParts
from trovato.retrieve import ComposedEvidence, PictureGallery

DIM = 8


def drawn(seed: int, count: int) -> tuple[PictureGallery, QueryParts]:
    """Pictures of which every second one is the same as the one before it, ids not in order."""
    random = np.random.default_rng(seed)
    vectors = np.repeat(random.normal(size=(count, DIM)), 2, axis=0).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = random.permutation(2 * count).tolist()
    items = [Item(f"{name:04d}", "picture", f"picture {name}") for name in names]
    return PictureGallery(items, vectors), QueryParts(*random.normal(size=(3, DIM)))


@given(
    st.integers(0, 10_000),
    st.integers(1, 20),
    st.integers(0, 50),
    st.floats(0, 1),
    st.floats(0, 1.5),
)
def test_as_one_picture_after_another(
    seed: int, count: int, k: int, alpha: float, beta: float
) -> None:
    gallery, parts = drawn(seed, count)
    weights = parts.weights(alpha, beta)
    excluded = {gallery.items[0].id, "not there"}
    ranking = gallery.rank(parts, weights, k, exclude=excluded)
    vector = parts.compose(weights)
    slow = {
        item.id: float(sum(x * y for x, y in zip(row.tolist(), vector.tolist(), strict=True)))
        for item, row in zip(gallery.items, gallery.vectors, strict=True)
        if item.id not in excluded
    }
    assert len(ranking) == min(k, len(slow))
    assert not excluded & set(ranking.ids)
    for hit in ranking:
        assert hit.score == pytest.approx(slow[hit.item.id], abs=1e-5)
    left = set(slow) - set(ranking.ids)
    if k and left and len(ranking):
        assert ranking[len(ranking) - 1].score >= max(slow[name] for name in left) - 1e-5
    twins = [(a.score, a.item.id) for a in ranking]
    assert twins == sorted(twins, key=lambda one: (-one[0], one[1]))
    assert gallery.rank(parts, weights, k + 1, exclude=excluded).ids[:k] == ranking.ids


def test_why_a_picture_is_there() -> None:
    items = [Item(name, "picture", name) for name in ("alike", "changed", "other")]
    vectors = np.eye(3, DIM, dtype=np.float32)
    gallery = PictureGallery(items, vectors)
    one = np.eye(DIM)
    parts = QueryParts(one[1], one[0], one[1], negative=one[2])
    weights = CompositionWeights(1.0, 0.8, 0.5, 0.4)
    ranking = gallery.rank(parts, weights, 3)
    found = {hit.item.id: hit.evidence for hit in ranking}
    for name, kept in (("alike", "picture"), ("changed", "edit")):
        evidence = found[name]
        assert isinstance(evidence, ComposedEvidence)
        assert evidence.kept_for == kept
        assert evidence.snippet == name
    parts_of = found["changed"].parts
    assert dict(parts_of) == pytest.approx(
        {"description": 1.0, "reference": 0.0, "modification": 0.5, "negative": 0.0}
    )
    assert found["other"].parts["negative"] == pytest.approx(-0.4)


def test_an_empty_gallery_and_more_than_there_are() -> None:
    _, parts = drawn(0, 1)
    empty = PictureGallery([], np.zeros((0, DIM), np.float32))
    assert len(empty.rank(parts, IMAGE_ONLY, 10)) == 0
    gallery, parts = drawn(0, 2)
    assert len(gallery.rank(parts, IMAGE_ONLY, 10)) == 4
    assert len(gallery) == 4


def test_what_does_not_fit() -> None:
    gallery, parts = drawn(0, 2)
    with pytest.raises(InvalidInputError, match="one vector"):
        PictureGallery(gallery.items, gallery.vectors[:1])
    with pytest.raises(InvalidInputError, match="twice"):
        PictureGallery([gallery.items[0]] * 4, gallery.vectors)
    other = QueryParts(*np.ones((3, DIM + 1)))
    with pytest.raises(InvalidInputError, match="8 dimensions, the query 9"):
        gallery.rank(other, IMAGE_ONLY, 1)
    with pytest.raises(InvalidInputError, match="at least 0"):
        gallery.rank(parts, IMAGE_ONLY, -1)
