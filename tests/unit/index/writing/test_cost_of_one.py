"""What a change costs does not grow with the collection, and what is deleted leaves no trace."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Item, generator
from trovato.index import Collection, Writer
from trovato.index.store import schema
from trovato.index.writing import transaction
from trovato.testing.conformance.storage.store import unit_vectors

_DIM = 8


def _write(writer: Writer, name: str, text: str) -> None:
    draft = writer.stage(name, "1", "text", 1, {}, whole=True)
    draft.add_item(Item(name, "text", text), {"tokens": unit_vectors(generator(0, name), 3, _DIM)})
    draft.finish()


def _made(folder: Path, count: int) -> Collection:
    collection = Collection.create(folder, fingerprint="made", dim=_DIM)
    with collection.writer() as writer:
        for number in range(count):
            _write(writer, f"n{number}", f"common words and w{number % 97}")
    return collection


def _steps_of_one(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> int:
    """Hundreds of steps of SQLite's machine that one more text takes, from opening to closing."""
    steps = 0
    connect = schema.connect

    def counted(path: Path) -> sqlite3.Connection:
        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        connection = connect(path)
        connection.set_progress_handler(step, 100)
        return connection

    monkeypatch.setattr(transaction, "connect", counted)
    with collection.writer() as writer:
        _write(writer, "one more", "common words and another")
    monkeypatch.undo()
    return steps


def test_adding_one_reads_no_more_of_a_larger_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = _steps_of_one(_made(tmp_path / "small", 50), monkeypatch)
    large = _steps_of_one(_made(tmp_path / "large", 1500), monkeypatch)
    assert small > 0
    assert large < small + 20, f"{small} hundred steps for 50 texts, {large} for 1,500"


def test_deleted_text_is_in_no_file_after_compaction(tmp_path: Path) -> None:
    collection = _made(tmp_path / "made", 40)
    secret = "xylotomist"
    with collection.writer() as writer:
        for number in range(5):
            _write(writer, f"secret {number}", f"the {secret} of paragraph {number}")
    with collection.writer() as writer:
        for number in range(5):
            writer.remove(f"secret {number}")
        writer.compact()
    held = [path for path in collection.path.rglob("*") if path.is_file()]
    assert held
    assert [path.name for path in held if secret.encode() in path.read_bytes()] == []
    # FTS5 holds stems, each after what it shares with the term before.
    assert [path.name for path in held if secret[3:8].encode() in path.read_bytes()] == []


def test_compaction_gives_space_back(tmp_path: Path) -> None:
    collection = _made(tmp_path / "made", 400)
    before = (collection.path / "trovato.db").stat().st_size
    with collection.writer() as writer:
        for number in range(380):
            writer.remove(f"n{number}")
        writer.compact()
    assert (collection.path / "trovato.db").stat().st_size < 0.7 * before
    with collection.reader() as reader:
        query = np.asarray(unit_vectors(generator(0, "n399"), 3, _DIM))
        assert reader.search(query, 1)[0][0] == "n399"
        assert len(reader.search_lexical("common", 50)) == 20
