"""Collections whose vectors are stored in a few bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError, generator
from trovato.index import Collection, verify
from trovato.index.compression import STORED_BITS
from trovato.testing.store import make_file, unit_vectors

_DIM = 16


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with made.writer(most_tokens=300) as writer:
        for number in range(40):
            make_file(f"{number}.pdf", number, 5, _DIM).write(writer)
    return made


def vectors_of(collection: Collection) -> dict[str, np.ndarray]:
    with collection.reader() as reader:
        rows = [
            reader.row_of(f"{file.name}#{page}")
            for file in reader.files()
            for page in range(1, file.pages + 1)
        ]
        return {
            name: reader.vectors_of(row).dequantise() for row, name in reader.ids_of(rows).items()
        }


def size(collection: Collection) -> int:
    return sum(path.stat().st_size for path in (collection.path / "segments").glob("*.seg"))


def loss(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> float:
    """One minus the mean cosine of what was stored and what comes back."""
    assert before.keys() == after.keys()
    cosines = [(before[name] * after[name]).sum(axis=1) for name in before]
    return 1 - float(np.concatenate(cosines).mean())


def test_fewer_bits_take_less_room_and_lose_more(collection: Collection) -> None:
    before, sizes, losses = vectors_of(collection), [size(collection)], []
    for bits in (8, 4, 2, 1):
        with collection.writer() as writer:
            assert writer.compress(bits) > 0
            assert writer.compress(bits) == 0
        sizes.append(size(collection))
        losses.append(loss(before, vectors_of(collection)))
        assert verify(collection.path) == []
    # Eight bits and a cell take two bytes less than int8 and a scale.
    assert sizes == sorted(sizes, reverse=True)
    assert losses == sorted(losses)
    assert losses[0] < 1e-3 < losses[-1]


def test_what_comes_later_is_compressed_too(collection: Collection) -> None:
    with collection.writer() as writer:
        writer.compress(4)
    with collection.writer() as writer:
        made = make_file("late.pdf", 77, 4, _DIM)
        made.write(writer)
    with collection.reader() as reader:
        kinds = reader._connection.execute("SELECT DISTINCT bits FROM segments").fetchall()
        assert kinds == [(4,)]
        longest = max(made.pages, key=lambda page: len(page.vectors))
        wanted = longest.vectors.dequantise()
        best = reader.search_vectors(wanted, 1).best
        assert reader.ids_of([best[0][0]])[best[0][0]] == f"late.pdf#{longest.page.number}"


def test_compression_is_undone_compaction_and_new_centroids_go_with_it(
    collection: Collection,
) -> None:
    with collection.writer() as writer:
        writer.compress(8)
    after = vectors_of(collection)
    with collection.writer() as writer:
        assert writer.compact().merged
    assert {name: values.tolist() for name, values in vectors_of(collection).items()} == {
        name: values.tolist() for name, values in after.items()
    }
    with collection.writer() as writer:
        writer.centre(seed=5)
        make_file("late.pdf", 77, 4, _DIM).write(writer)
    assert verify(collection.path) == []
    with collection.writer() as writer:
        writer.compress(0)
    again = vectors_of(collection)
    assert loss(after, {name: again[name] for name in after}) < 1e-3
    query = unit_vectors(generator(5, "asked"), 7, _DIM)
    with collection.reader() as reader:
        exact = reader.search_vectors(query, 9, exact=True).best
        assert reader.search_vectors(query, 9, candidates=999).best == exact


def test_other_bits_are_refused(collection: Collection, tmp_path: Path) -> None:
    with collection.writer() as writer, pytest.raises(InvalidInputError, match="got 3"):
        writer.compress(3)
    assert STORED_BITS == (0, 1, 2, 4, 8)
    empty = Collection.create(tmp_path / "empty", fingerprint="made", dim=_DIM)
    with empty.writer() as writer, pytest.raises(InvalidInputError, match="around centroids"):
        writer.compress(4)
