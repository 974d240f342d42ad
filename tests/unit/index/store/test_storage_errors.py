"""What the disk and the system refuse comes up as an error of ours, and harms nothing."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    CollectionBusyError,
    CorruptCollectionError,
    InvalidInputError,
    StorageError,
)
from trovato.index import Collection
from trovato.index.store.database import Database
from trovato.testing.conformance.storage.store import check_holds, make_file

_DIM = 8


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)


@pytest.mark.parametrize(
    ("code", "advice"),
    [(errno.ENOSPC, "make room"), (errno.EIO, "check the disk"), (errno.EROFS, "may write")],
)
def test_a_refused_write_names_the_file_and_leaves_the_last_commit(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, code: int, advice: str
) -> None:
    first, second = (make_file(name, 0, 4, _DIM) for name in "ab")
    with collection.writer() as writer:
        first.write(writer)

    def refused(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refused)
        with collection.writer() as writer:
            second.write(writer)
            writer.remove("a")
            with pytest.raises(StorageError, match=r"cannot write .*000002\.seg") as caught:
                writer.flush()
            assert advice in str(caught.value)
            assert os.strerror(code) in str(caught.value)
            assert isinstance(caught.value.__cause__, OSError)
            for use in (lambda: writer.remove("a"), lambda: writer.known("a"), writer.flush):
                with pytest.raises(InvalidInputError, match="closed or has failed"):
                    use()
    assert [path.name for path in (collection.path / "segments").glob("*.seg")] == ["000001.seg"]
    with collection.reader() as reader:
        check_holds(reader, [first])
    with collection.writer() as writer:
        second.write(writer)
    with collection.reader() as reader:
        check_holds(reader, [first, second])


def test_a_full_database_leaves_the_last_commit(collection: Collection) -> None:
    first, second = (make_file(name, 0, 4, _DIM) for name in "ab")
    with collection.writer() as writer:
        first.write(writer)
    with collection.writer() as writer:
        pages = writer._commits.connection.execute("PRAGMA page_count").fetchone()[0]
        writer._commits.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match=r"trovato\.db .*full.*make room") as caught:
            make_file("long", 0, 1000, _DIM).write(writer)
        assert isinstance(caught.value.__cause__, sqlite3.Error)
    with collection.writer() as writer:
        second.write(writer)
    with collection.reader() as reader:
        check_holds(reader, [first, second])


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot make .*file/collection"):
        Collection.create(tmp_path / "file" / "collection", fingerprint="made", dim=_DIM)


def test_damage_is_told_from_a_lock(collection: Collection) -> None:
    with collection.writer() as writer:
        for number in range(30):
            make_file(str(number), 0, 4, _DIM).write(writer)
    path = collection.path / "trovato.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CollectionBusyError, match=r"trovato\.db is held"):
        Database(path, timeout=0.0).execute("SELECT * FROM meta")
    holder.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(CorruptCollectionError, match=r"trovato\.db cannot be read"):
        collection.files()


def test_errors_come_up_while_rows_are_fetched(collection: Collection) -> None:
    with collection.writer() as writer:
        for number in range(300):
            make_file(f"{number:03d}", 0, 1, _DIM).write(writer)
    path = collection.path / "trovato.db"
    connection = Database(path)
    root, size = connection.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master "
        "WHERE name = 'files'"
    ).fetchone()
    connection.close()
    content = bytearray(path.read_bytes())
    last = int.from_bytes(content[(root - 1) * size + 8 :][:4], "big")
    content[(last - 1) * size : last * size] = b"\x5a" * size
    path.write_bytes(content)
    for read in (list, lambda rows: rows.fetchall()):
        rows = Database(path).execute("SELECT name FROM files NOT INDEXED ORDER BY file")
        with pytest.raises(CorruptCollectionError):
            read(rows)


def test_a_closed_reader_says_so(collection: Collection) -> None:
    with collection.writer() as writer:
        make_file("a", 0, 4, _DIM).write(writer)
    reader = collection.reader()
    rows = reader.rows()
    next(rows)
    reader.close()
    query = np.ones((1, _DIM), np.float32)
    for use in (
        lambda: list(rows),
        lambda: reader.search_vectors(query, 1),
        lambda: reader.search_lexical("word", 1),
        lambda: reader.item(1),
    ):
        with pytest.raises(InvalidInputError, match="closed: open another one"):
            use()


def test_of_two_that_make_a_collection_at_once_one_is_told(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trovato.index.store.schema.is_collection", lambda _: False)
    with pytest.raises(InvalidInputError, match="is a collection already"):
        Collection.create(collection.path, fingerprint="other", dim=3)
    monkeypatch.undo()
    assert Collection.open(collection.path).fingerprint == "made"
