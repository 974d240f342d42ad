"""Collections that earlier versions stored are read as they are; the first writer upgrades them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from trovato.core import IncompatibleCollectionError, Item, generator
from trovato.index import Collection, VectorField, verify
from trovato.index.store import upgrade as upgrading
from trovato.index.store.schema import FORMAT
from trovato.testing.conformance.storage.store import contents, make_file, unit_vectors

_STORED = Path(__file__).parent / "old_collections"
_DIM = 16


@pytest.fixture(params=[2, 3, 4, 5, 6, 7])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int, dict[str, Any]]:
    """A collection of that format, the format, and what its own version said of it."""
    folder = tmp_path / "stored"
    shutil.unpack_archive(_STORED / f"format_{request.param}.zip", folder)
    said = json.loads((_STORED / f"format_{request.param}.json").read_text("utf-8"))
    best = said.pop("best")
    # Vectors of few bits were rounded to int8 before they were scored.
    scores = pytest.approx([score for _, score in best], abs=5e-3)
    return folder, request.param, {"best": [name for name, _ in best], "scores": scores, **said}


def seen(collection: Collection) -> dict[str, Any]:
    """What a version says of a collection, as it is recorded."""
    query = unit_vectors(generator(5, "asked"), 7, _DIM)
    with collection.reader() as reader:
        ids = reader.ids_of(reader.rows())
        best = reader.search_vectors(query, 12).best
        return {
            "best": [ids[row] for row, _ in best],
            "scores": [score for _, score in best],
            "lexical": [ids[row] for row, _ in reader.search_lexical("boralen kax", 12)],
            "filtered": [
                ids[row] for row, _ in reader.search_vectors(query, 50, "year>=2003 page<=2").best
            ],
            "items": {
                name: hashlib.sha256(
                    reader.item(row).text.encode() + reader.vectors_of(row).tobytes()
                ).hexdigest()
                for row, name in ids.items()
            },
        }


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "segments").iterdir()}


def test_it_is_read_as_it_is(stored: tuple[Path, int, dict[str, Any]]) -> None:
    folder, number, said = stored
    before, segments = (folder / "trovato.db").read_bytes(), files_of(folder)
    collection = Collection.open(folder, fingerprint="made")
    assert (collection.stats().format, collection.dim) == (number, _DIM)
    assert seen(collection) == said
    assert len(collection) == len(said["items"])
    page = collection.get("4.pdf#2")
    assert (page.parent, page.order, page.links, page.kind) == ("4.pdf", 1, (), "made")
    with collection.reader() as reader:
        assert [item.id for item in reader.children("4.pdf")] == ["4.pdf#1", "4.pdf#2"]
        found = reader.search_lexical("boralen", 50, "parent:4.pdf")
        assert {reader.item(row).parent for row, _ in found} <= {"4.pdf"}
        assert list(reader.fields) == ["tokens"]
        assert (list(reader.dangling_links()), reader.links_to("4.pdf")) == ([], [])
    assert verify(folder) == []
    collection.close()
    assert ((folder / "trovato.db").read_bytes(), files_of(folder)) == (before, segments)


def test_the_first_writer_upgrades_it_and_nothing_that_is_read_changes(
    stored: tuple[Path, int, dict[str, Any]],
) -> None:
    folder, number, said = stored
    collection, segments = Collection.open(folder), files_of(folder)
    with collection.reader() as before:
        held = contents(before)
        with collection.writer():
            pass
        assert before.format == number
        assert contents(before) == held, "a reader of the old state sees another one"
    assert (collection.stats().format, seen(collection)) == (FORMAT, said)
    assert files_of(folder).items() >= segments.items(), "a file of vectors was touched"
    assert verify(folder) == []
    with collection.reader() as reader:
        assert _without_scores_of_words(contents(reader)) == _without_scores_of_words(held)


def _without_scores_of_words(held: dict[str, Any]) -> dict[str, Any]:
    """Codes are among the words since format 6, so BM25 counts other lengths."""
    return {
        key: {item for item, _ in value} if key.startswith("word ") else value
        for key, value in held.items()
    }


def test_what_is_upgraded_is_a_collection_like_any_other(
    stored: tuple[Path, int, dict[str, Any]],
) -> None:
    folder, _, said = stored
    collection = Collection.open(folder)
    half = make_file("half.pdf", 5, 9, _DIM)
    with collection.writer() as writer:
        assert half.stage(writer).pages_done == 4, "a draft was lost"
        half.write(writer)
        draft = writer.stage("note", "1", "note", 4, {}, whole=True)
        draft.add_item(Item("note", "note", "kalen"))
        draft.finish()
        writer.remove("5.pdf")
        writer.compact()
        writer.add_field(
            VectorField("other", "counts", 16, single=True),
            lambda items: (unit_vectors(generator(0, item.id), 1, 16) for item in items),
        )
    assert verify(folder) == []
    kept = {name for name in said["items"] if not name.startswith("5.pdf#")}
    ids = {item.id for item in collection}
    assert ids == kept | {f"half.pdf#{n}" for n in range(1, 10)} | {"note"}
    with collection.reader() as reader:
        query = unit_vectors(generator(0, "note"), 1, 16)
        ((row, _),) = reader.search_vectors(query, 1, field="other").best
        assert reader.item(row).id == "note"


def test_an_upgrade_is_whole_or_nothing(
    stored: tuple[Path, int, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, number, said = stored
    collection = Collection.open(folder)
    monkeypatch.setattr(upgrading, "_TO_8", f"{upgrading._TO_8} NO SQL;")
    with pytest.raises(sqlite3.OperationalError):
        collection.writer()
    monkeypatch.undo()
    assert (collection.stats().format, seen(collection)) == (number, said)
    with collection.writer():
        pass
    assert (collection.stats().format, seen(collection)) == (FORMAT, said)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_upgrade_that_is_killed_is_whole_or_nothing(
    stored: tuple[Path, int, dict[str, Any]], tmp_path: Path
) -> None:
    folder, number, said = stored
    random, formats, whole = generator(number, "kills"), set(), 0.0
    for attempt in range(12):
        place = tmp_path / str(attempt)
        shutil.copytree(folder, place)
        began = time.perf_counter()
        child = os.fork()
        if child == 0:
            with Collection.open(place).writer():
                os._exit(0)
        if attempt:
            # The first at once, since an upgrade of few steps is over early.
            time.sleep(float(random.random()) * 1.2 * whole * (attempt > 1))
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        whole = whole or time.perf_counter() - began
        collection = Collection.open(place)
        formats.add(collection.stats().format)
        assert formats <= {number, FORMAT}
        assert seen(collection) == said
        collection.close()
    assert len(formats) == 2, "no kill hit a moment before the upgrade, or none after it"


def test_other_formats_are_refused(stored: tuple[Path, int, dict[str, Any]]) -> None:
    folder, _, _ = stored
    database = sqlite3.connect(folder / "trovato.db")
    for number, hint in ((1, "index into a new"), (99, "newer trovato")):
        with database:
            database.execute("UPDATE meta SET value = ? WHERE key = 'format'", [number])
        with pytest.raises(IncompatibleCollectionError, match=hint):
            Collection.open(folder)
    database.close()
