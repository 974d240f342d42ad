"""Collections whose vectors are stored in other forms than int8."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    CorruptCollectionError,
    InvalidInputError,
    Page,
    TextLayout,
    generator,
)
from trovato.index import CODECS, DEFAULT_FIELD, Collection, VectorFormat, repair, verify
from trovato.ops import int8_quantize, pack_signs, unpack_signs
from trovato.testing.conformance.storage.store import (
    MadeFile,
    make_file,
    unit_vectors,
)

_DIM = 16


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with made.writer(max_tokens=300) as writer:
        for number in range(24):
            make_file(f"{number}.pdf", number, 5, _DIM).write(writer)
    return made


def vectors_of(collection: Collection) -> dict[str, np.ndarray]:
    """The vector of each token of each page."""
    with collection.reader() as reader:
        rows = list(reader.rows())
        return {
            name: reader.token_vectors_of(row).values for row, name in reader.ids_of(rows).items()
        }


def vector_formats(collection: Collection) -> set[str]:
    with collection.reader() as reader:
        cache = reader._caches.of(reader.fields[DEFAULT_FIELD])
        return {str(held.record.vector_format) for held in cache.live(reader._connection)}


def size(collection: Collection) -> int:
    return sum(path.stat().st_size for path in (collection.path / "segments").glob("*.seg"))


def loss(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> float:
    """One minus the mean cosine of what was stored and what comes back."""
    assert before.keys() == after.keys()
    cosines = [(before[name] * after[name]).sum(axis=1) for name in before]
    return 1 - float(np.concatenate(cosines).mean())


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return {name: values.tolist() for name, values in one.items()} == {
        name: values.tolist() for name, values in other.items()
    }


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(["8bit", "4bit", "2bit", "1bit", "binary"], marks=pytest.mark.slow),
        ["int8/12d", "4bit/8d", "binary/2d"],
        ["int8/pool2", "2bit/pool4", "2bit/8d/pool8"],
    ],
)
def test_coarser_forms_take_less_room_and_lose_more(
    collection: Collection, steps: list[str]
) -> None:
    before, sizes, losses = vectors_of(collection), [size(collection)], [0.0]
    for vector_format in steps:
        with collection.writer() as writer:
            assert writer.compress(vector_format).written > 0
            assert writer.compress(vector_format).written == 0
        assert vector_formats(collection) == {vector_format}
        sizes.append(size(collection))
        losses.append(loss(before, vectors_of(collection)))
        assert verify(collection.path) == []
        stats = collection.stats()
        assert str(stats.vector_format) == vector_format
        assert stats.tokens == sum(len(values) for values in before.values())
        assert (stats.vectors < stats.tokens) == ("pool" in vector_format)
    # Eight bits and a cell take two bytes less than int8 and a scale.
    assert sizes == sorted(sizes, reverse=True)
    assert losses[1] < 1e-3 or steps[0] != "8bit"
    assert all(one < other + 0.01 for one, other in pairwise(losses))
    assert losses[-1] > 0.1


@pytest.mark.parametrize("vector_format", ["4bit", "2bit/4d/pool3", "binary/8d"])
def test_what_comes_later_is_stored_alike(collection: Collection, vector_format: str) -> None:
    late = [make_file(f"late {number}.pdf", 77 + number, 4, _DIM) for number in range(5)]
    with collection.writer() as writer:
        late[0].write(writer)
        writer.compress(vector_format)
        for file in late[1:]:
            file.write(writer)
    assert vector_formats(collection) == {vector_format}
    assert verify(collection.path) == []
    # The same page in the same form, whether it came before or later.
    twin = MadeFile("twin.pdf", 77, late[0].pages)
    with collection.writer() as writer:
        twin.write(writer)
    found = vectors_of(collection)
    for made in twin.pages:
        cosines = found[f"twin.pdf#{made.page.number}"] * found[f"late 0.pdf#{made.page.number}"]
        assert np.allclose(cosines.sum(axis=1), 1, atol=0.02)


@pytest.mark.parametrize("vector_format", ["8bit", "fp16/8d", "binary/6d/pool2"])
def test_compaction_and_new_centroids_go_with_every_form(
    collection: Collection, vector_format: str
) -> None:
    with collection.writer(max_tokens=1) as writer:
        writer.compress(vector_format)
        for number in range(50, 53):
            make_file(f"{number}.pdf", number, 7, _DIM).write(writer)
        writer.remove("3.pdf")
        writer.flush()
        after = vectors_of(collection)
        assert writer.compact().merged
    assert same(vectors_of(collection), after)
    with collection.writer() as writer:
        writer.train_centroids(seed=5)
        make_file("late.pdf", 77, 4, _DIM).write(writer)
    assert verify(collection.path) == []
    again = vectors_of(collection)
    assert same({name: again[name] for name in after}, after)
    query = unit_vectors(generator(5, "asked"), 7, _DIM)
    with collection.reader() as reader:
        exact = reader.search_vectors(query, 9, exact=True).best
        assert reader.search_vectors(query, 9, candidates=999).best == exact
        assert reader.search_vectors(query, 9, candidates=999).eligible == collection.stats().pages


@pytest.mark.parametrize("asked", ["fp16", "4bit", "8bit/12d"])
def test_what_is_rounded_away_does_not_come_back(collection: Collection, asked: str) -> None:
    with collection.writer() as writer:
        done = writer.compress("2bit/6d/pool3")
        assert (done.written > 0, done.kept) == (True, 0)
    before, held = vectors_of(collection), sorted((collection.path / "segments").glob("*.seg"))
    with collection.writer() as writer:
        done = writer.compress(asked)
        assert (done.written, done.kept) == (0, len(held))
        make_file("late.pdf", 77, 4, _DIM).write(writer)
    after = vectors_of(collection)
    assert same({name: after[name] for name in before}, before)
    assert set(held) < set((collection.path / "segments").glob("*.seg"))
    assert vector_formats(collection) == {"2bit/6d/pool3", asked}
    assert verify(collection.path) == []
    query = unit_vectors(generator(5, "asked"), 7, _DIM)
    with collection.reader() as reader:
        exact = reader.search_vectors(query, 9, exact=True).best
        assert reader.search_vectors(query, 9, candidates=999).best == exact


def test_fp16_and_signs_of_what_was_never_int8(tmp_path: Path) -> None:
    random = generator(1, "floats")
    page = make_file("page", 3, 1, _DIM).pages[0]
    values = unit_vectors(random, len(page.spans), _DIM)
    wanted = {
        "fp16": values.astype(np.float16).astype(np.float32),
        "int8": int8_quantize(values).dequantise(),
        "binary": unpack_signs(pack_signs(int8_quantize(values).dequantise()), _DIM).dequantise(),
    }
    for codec, stored in wanted.items():
        made = Collection.create(tmp_path / codec, fingerprint="made", dim=_DIM)
        with made.writer() as writer:
            assert writer.compress(codec).written == 0  # nothing is there yet
            for name, given in (("float32", values), ("float16", values.astype(np.float16))):
                draft = writer.stage(name, name, "made", 1, {})
                draft.add(page.page, given, page.spans)
                draft.finish()
        found = vectors_of(made)
        assert np.array_equal(found["float32#1"], stored)
        assert np.allclose(found["float16#1"], stored, atol=0.01) or codec == "binary"
        with made.reader() as reader:
            (best, *_) = reader.search_vectors(values, 1).best
            assert best[1] == pytest.approx((stored @ values.T).max(axis=0).sum(), abs=0.02)
    with made.writer() as writer:
        draft = writer.stage("bad", "bad", "made", 1, {})
        with pytest.raises(InvalidInputError, match="must be finite"):
            draft.add(page.page, values * np.float32(np.nan), page.spans)


def test_evidence_keeps_every_word_of_a_pooled_page(tmp_path: Path) -> None:
    """Each token has the mean of those it was pooled with, projected back to the whole space."""
    file = make_file("page", 2, 5, _DIM)
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with made.writer() as writer:
        file.write(writer)
        writer.project_by(np.eye(_DIM, dtype=np.float32))
        writer.compress(VectorFormat("int8", dims=8, pooling=2.0))
        writer.compress("int8/8d/pool4")
    with made.reader() as reader:
        for page in file.pages:
            row = reader.row_of(f"page#{page.page.number}")
            tokens, vectors = reader.token_vectors_of(row), reader.vectors_of(row)
            assert tokens.spans is not None
            assert tokens.spans.tolist() == page.spans.tolist()
            assert len(vectors) == (max(len(page.spans) // 2 // 2, 1) if len(page.spans) else 0)
            assert np.unique(tokens.values, axis=0).tolist() == np.unique(vectors, axis=0).tolist()
            assert not vectors[:, 8:].any()  # a Matryoshka cut
            for vector in vectors:
                owned = (tokens.values == vector).all(axis=1)
                own = page.vectors.dequantise()[owned, :8]
                # Means of means: near the direction of the sum.
                cosine = vector[:8] @ own.sum(axis=0) / np.linalg.norm(own.sum(axis=0))
                assert cosine > 0.5


def test_a_damaged_map_of_tokens_is_found_and_withdrawn(collection: Collection) -> None:
    with collection.writer() as writer:
        writer.compress("int8/pool2")
    database = sqlite3.connect(collection.path / "trovato.db")
    with database:
        (item,) = database.execute("SELECT min(item) FROM pools").fetchone()
        database.execute("DELETE FROM pools WHERE item = ?", [item])
        (other,) = database.execute("SELECT max(item) FROM pools").fetchone()
        database.execute("UPDATE pools SET owners = x'00' WHERE item = ?", [other])
    database.close()
    problems = [finding.problem for finding in verify(collection.path)]
    assert len(problems) == 2
    assert "vectors and" in problems[0]
    assert "do not belong to its" in problems[1]
    assert len(repair(collection.path).withdrawn) == 2
    assert verify(collection.path) == []
    database = sqlite3.connect(collection.path / "trovato.db")
    left = database.execute("SELECT count(*) FROM pools WHERE item NOT IN (SELECT item FROM items)")
    assert left.fetchone() == (0,)
    database.close()


@pytest.mark.parametrize("table", ["projection", "codecs"])
def test_what_codes_are_read_with_is_missed(collection: Collection, table: str) -> None:
    with collection.writer() as writer:
        writer.compress("4bit/8d")
    database = sqlite3.connect(collection.path / "trovato.db")
    with database:
        database.execute(f"DELETE FROM {table}")
    database.close()
    found = verify(collection.path)
    assert {finding.part for finding in found} == {"segment", "file"}
    assert "is not there" in found[0].problem or "are not there" in found[0].problem
    query = unit_vectors(generator(5, "asked"), 7, _DIM)
    with (
        Collection.open(collection.path).reader() as reader,
        pytest.raises(CorruptCollectionError, match="not there: restore"),
    ):
        reader.search_vectors(query, 3, exact=True)


def test_what_cannot_be_stored_is_refused(collection: Collection, tmp_path: Path) -> None:
    with collection.writer() as writer:
        for vector_format, problem in {
            "3bit": "got '3bit'",
            "int8/64": "reads as",
            "int8/17d": "1 to 16 dimensions, got 17",
            "int8/0d": "at least 1 dimension",
            "int8/pool0.5": "at least 1, got 0.5",
        }.items():
            with pytest.raises(InvalidInputError, match=problem):
                writer.compress(vector_format)
        writer.compress("int8/16d")
        assert vector_formats(collection) == {"int8"}
    for vector_format, problem in {"4bit": "around centroids", "int8/4d": "fitted to"}.items():
        empty = Collection.create(
            tmp_path / vector_format.replace("/", "-"), fingerprint="made", dim=_DIM
        )
        with pytest.raises(InvalidInputError, match=problem), empty.writer() as writer:
            writer.compress(vector_format)
        assert str(empty.stats().vector_format) == "int8"
    with collection.writer() as writer:
        with pytest.raises(InvalidInputError, match="16 by 16"):
            writer.project_by(np.ones((_DIM, _DIM), np.float32))
        writer.compress("int8/4d")
        with pytest.raises(InvalidInputError, match="has a projection already"):
            writer.project_by(np.eye(_DIM, dtype=np.float32))


def test_forms_read_as_they_are_written() -> None:
    for codec in CODECS:
        for dims in (None, 1, 64):
            for pooling in (1.0, 2.0, 2.5):
                vector_format = VectorFormat(codec, dims, pooling)
                assert VectorFormat.parse(str(vector_format)) == vector_format
                assert VectorFormat.of_columns(*vector_format.columns) == vector_format
    assert str(VectorFormat("4bit", 64, 2.0)) == "4bit/64d/pool2"
    assert VectorFormat("4bit") | VectorFormat("int8", 8) == VectorFormat("4bit", 8)
    assert VectorFormat(dims=4, pooling=3.0) | VectorFormat("fp16", 8) == VectorFormat(
        "int8", 4, 3.0
    )


@pytest.mark.parametrize("vector_format", ["fp16", "int8/pool2", "fp16/4d"])
@pytest.mark.parametrize("number", [1e5, 3e38, np.inf, np.nan])
def test_vectors_beyond_a_form_are_refused(
    tmp_path: Path, vector_format: str, number: float
) -> None:
    collection = Collection.create(tmp_path / "huge", fingerprint="made", dim=8)
    spans = np.array([[0, 1], [1, 2]], np.int32)
    vectors = np.full((2, 8), number, np.float32)
    page = Page(1, "ab", TextLayout.empty(1.0, 1.0))
    with collection.writer() as writer:
        if vector_format == "fp16/4d":
            writer.project_by(np.eye(8, dtype=np.float32))
        writer.compress(vector_format)
        draft = writer.stage("huge.txt", "1", "text", 1, {})
        if vector_format != "fp16" and number == 1e5:
            draft.add(page, vectors, spans)  # brought to length 1
            draft.finish()
            return
        with pytest.raises(InvalidInputError, match="page 1"):
            draft.add(page, vectors, spans)
        draft.add(page, np.ones((2, 8), np.float32), spans)
        draft.finish()
    with collection.reader() as reader:
        found = reader.search_vectors(np.ones((1, 8), np.float32), 1).best
    assert len(found) == 1
    assert 0 < found[0][1] < 9
