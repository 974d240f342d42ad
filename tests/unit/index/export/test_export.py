"""What LanceDB and Qdrant hold after an export, and what they find."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from jaxtyping import Float32

from trovato.cli.main import main
from trovato.core import InvalidInputError, MissingExtraError, Page, TextLayout, generator
from trovato.index import Collection
from trovato.index.export import (
    ExportedPage,
    ExportTarget,
    LanceTarget,
    QdrantTarget,
    pages_of,
    rows,
)
from trovato.ops import int8_quantize
from trovato.testing.conformance.storage.store import make_file, unit_vectors

_DIM = 16
_QUERY = unit_vectors(generator(8, "asked of an export"), 6, _DIM)
_LAYOUT = TextLayout(100.0, 100.0, np.zeros((0, 2), np.int32), np.zeros((0, 4), np.float32))

Fields = Mapping[str, object]


class Lance:
    """Reads what was exported to LanceDB."""

    def __init__(self, place: Path) -> None:
        import lancedb

        self.place = place / "lance"
        self.target = LanceTarget(self.place)
        self._connect = lancedb.connect

    def everything(self) -> dict[str, tuple[Fields, Float32[np.ndarray, "tokens dim"]]]:
        rows = self._connect(self.place).open_table("pages").to_arrow().to_pylist()
        return {
            row["id"]: (
                {
                    **{key: row[key] for key in ("id", "kind", "text", "file", "page")},
                    **{key: row[key] for key in ("parent", "order", "image")},
                    **{key: json.loads(row[key]) for key in ("attributes", "links")},
                },
                np.array(row["vectors"] or [], np.float32).reshape(-1, _DIM),
            )
            for row in rows
        }

    def best(self, query: Float32[np.ndarray, "query dim"], k: int) -> list[str]:
        table = self._connect(self.place).open_table("pages")
        asked = table.search(query, vector_column_name="vectors").distance_type("cosine")
        return [row["id"] for row in asked.limit(k).to_list()]

    def tables(self) -> list[str]:
        return list(self._connect(self.place).list_tables().tables)


class Qdrant:
    """Reads what was exported to the Qdrant inside the package."""

    def __init__(self, place: Path) -> None:
        import qdrant_client

        self.place = place / "qdrant"
        self.target = QdrantTarget(str(self.place))
        self._client = qdrant_client.QdrantClient

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        client = self._client(path=str(self.place))
        try:
            return question(client)
        finally:
            client.close()

    def everything(self) -> dict[str, tuple[Fields, Float32[np.ndarray, "tokens dim"]]]:
        points, more = self._ask(
            lambda client: client.scroll("pages", limit=10_000, with_vectors=True)
        )
        assert more is None
        found: dict[str, tuple[Fields, Float32[np.ndarray, "tokens dim"]]] = {}
        for point in points:
            payload = dict(point.payload)
            location = payload.pop("location")
            assert location.pop("box") is None
            vectors = point.vector.get("vectors", [])
            found[payload["id"]] = (
                {**payload, **location},
                np.array(vectors, np.float32).reshape(-1, _DIM),
            )
        return found

    def _found(self, query: Float32[np.ndarray, "query dim"], k: int) -> list[Any]:
        found = self._ask(
            lambda client: client.query_points(
                "pages", query=query.tolist(), using="vectors", limit=k
            )
        )
        return list(found.points)

    def best(self, query: Float32[np.ndarray, "query dim"], k: int) -> list[str]:
        return [point.payload["id"] for point in self._found(query, k)]

    def scores(self, query: Float32[np.ndarray, "query dim"]) -> list[float]:
        return [point.score for point in self._found(query, 10)]

    def tables(self) -> list[str]:
        found = self._ask(lambda client: client.get_collections())
        return [collection.name for collection in found.collections]


@pytest.fixture(
    params=[
        pytest.param(Lance, marks=pytest.mark.needs("lancedb")),
        pytest.param(Qdrant, marks=pytest.mark.needs("qdrant_client")),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Lance | Qdrant:
    made: Lance | Qdrant = request.param(tmp_path)
    return made


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """Pages without words, removed and replaced files, and ten pages with more and more in common
    with the query, in an order of their own."""
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    random = generator(9, "pages of an export")
    with made.writer(max_tokens=100) as writer:
        for number in range(15):
            make_file(f"ü/{number}.pdf", number, 5, _DIM).write(writer)
        writer.remove("ü/3.pdf")
        make_file("ü/5.pdf", 99, 2, _DIM).write(writer)
        draft = writer.stage("near.pdf", "near", "pdf", 1, {"title": 'Of "near" things', "x": 1.5})
        for number, share in enumerate([0.9, 0.65, 1.0, 0.7, 0.8, 0.95, 0.75, 0.6, 0.85, 0.55], 1):
            noise = unit_vectors(random, 6, _DIM)
            noise -= _QUERY * (noise * _QUERY).sum(axis=1, keepdims=True)
            noise /= np.linalg.norm(noise, axis=1, keepdims=True)
            vectors = (share * _QUERY + np.sqrt(1 - share**2) * noise).astype(np.float32)
            spans = np.zeros((6, 2), np.int32)
            draft.add(Page(number, "近い", _LAYOUT, {"x": 2}), int8_quantize(vectors), spans)
        draft.finish()
        half = make_file("half.pdf", 1, 4, _DIM)
        half.stage(writer).add(half.pages[0].page, half.pages[0].vectors, half.pages[0].spans)
    yield made
    made.close()


def wanted_of(collection: Collection) -> dict[str, tuple[Fields, np.ndarray]]:
    """What a store must hold, read page by page by external id."""
    wanted: dict[str, tuple[Fields, np.ndarray]] = {}
    with collection.reader() as reader:
        for file in reader.files():
            for number in range(1, file.pages + 1):
                row = reader.row_of(f"{file.name}#{number}")
                item = reader.item(row)
                fields = {
                    "id": f"{file.name}#{number}",
                    "kind": file.kind,
                    "text": item.text,
                    "file": file.name,
                    "page": number,
                    "attributes": dict(item.attributes),
                    "parent": item.parent,
                    "order": item.order,
                    "image": item.image,
                    "links": [asdict(link) for link in item.links],
                }
                wanted[item.id] = (fields, reader.token_vectors_of(row).values)
    return wanted


@pytest.mark.parametrize("batch", [1, 50, 1 << 14])
def test_everything_comes_back_and_a_search_finds_the_same(
    collection: Collection, store: Lance | Qdrant, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[type(store.target).__module__], "_BATCH", batch)
    kind = type(store).__name__.lower().replace("lance", "lancedb")
    command = ["export", str(collection.path), "--to", f"{kind}:{store.place}"]
    outcome = CliRunner().invoke(main, command)
    assert outcome.exit_code == 0, outcome.output
    wanted, found = wanted_of(collection), store.everything()
    assert f"{len(wanted)} pages exported" in outcome.output
    assert found.keys() == wanted.keys()
    for name, (fields, vectors) in wanted.items():
        assert found[name][0] == fields
        np.testing.assert_array_equal(found[name][1], vectors)
    with collection.reader() as reader:
        best = [reader.item(row).id for row, _ in reader.search_vectors(_QUERY, 10).best]
    assert best == [f"near.pdf#{page}" for page in (3, 6, 1, 9, 5, 7, 4, 2, 8, 10)]
    assert store.best(_QUERY, 10) == best


@pytest.mark.needs("qdrant_client")
def test_qdrant_scores_by_dot_products(tmp_path: Path) -> None:
    """Vectors of other lengths than 1 tell them from cosines."""
    store = Qdrant(tmp_path)
    with Collection.create(tmp_path / "c", fingerprint="made", dim=_DIM).writer() as writer:
        draft = writer.stage("long.pdf", "long", "pdf", 1, {})
        spans = np.zeros((6, 2), np.int32)
        draft.add(Page(1, "", _LAYOUT), int8_quantize(3 * _QUERY), spans)
        draft.finish()
    with Collection.open(tmp_path / "c").reader() as reader:
        store.target.write(pages_of(reader), _DIM)
        vectors = reader.token_vectors_of(1).values
    wanted = float((vectors @ _QUERY.T).max(axis=0).sum())
    assert wanted > 17
    assert store.scores(_QUERY) == pytest.approx([wanted], rel=1e-5)


def test_what_is_there_is_left_alone(collection: Collection, store: Lance | Qdrant) -> None:
    with collection.reader() as reader:
        store.target.write(list(pages_of(reader))[:3], _DIM)
        with pytest.raises(InvalidInputError, match="already"):
            store.target.write(pages_of(reader), _DIM)
    assert len(store.everything()) == 3


def test_an_export_that_fails_leaves_nothing_and_can_be_done_again(
    collection: Collection, store: Lance | Qdrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[type(store.target).__module__], "_BATCH", 20)

    def broken() -> Iterator[ExportedPage]:
        with collection.reader() as reader:
            for count, page in enumerate(pages_of(reader)):
                if count == 40:
                    raise InvalidInputError("the 41st page cannot be read")
                yield page

    with pytest.raises(InvalidInputError, match="the 41st page"):
        store.target.write(broken(), _DIM)
    assert store.tables() == []
    with collection.reader() as reader:
        store.target.write(pages_of(reader), _DIM)
    assert len(store.everything()) == collection.stats().pages


@pytest.mark.parametrize(
    ("target", "package"),
    [(LanceTarget(Path("x")), "lancedb"), (QdrantTarget("x"), "qdrant_client")],
)
def test_a_package_that_is_absent_is_named_with_its_extra(
    target: ExportTarget, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"trovato\[export\]"):
        target.write([], _DIM)


@pytest.mark.parametrize("target", ["lancedb", "lancedb:", "milvus:x", "/tmp/x"])
def test_an_unknown_store_is_refused(collection: Collection, target: str) -> None:
    outcome = CliRunner().invoke(main, ["export", str(collection.path), "--to", target])
    assert outcome.exit_code == 2
    assert "lancedb:PATH" in outcome.output


@pytest.mark.needs("qdrant_client")
def test_a_server_is_reached_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    import qdrant_client

    def client(**place: str) -> None:
        raise ConnectionError(str(place))

    monkeypatch.setattr(qdrant_client, "QdrantClient", client)
    with pytest.raises(ConnectionError, match=r"'url': 'http://localhost:6333'"):
        QdrantTarget("http://localhost:6333").write([], _DIM)


def test_batches_are_bounded_and_leave_nothing_out(collection: Collection) -> None:
    with collection.reader() as reader:
        for most in (1, 9, 30, 10_000):
            found = list(rows.batches(pages_of(reader), most))
            ids = [page.item.id for batch in found for page in batch]
            assert ids == [page.item.id for page in pages_of(reader)]
            for batch in found:
                size = sum(len(page.vectors) + 1 for page in batch)
                assert size <= most or len(batch) == 1
