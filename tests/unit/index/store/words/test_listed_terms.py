"""The list of terms beside FTS5's index, which misspelt words are compared with."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np

from trovato.core import Page, TextLayout
from trovato.index import Collection, Writer, repair, verify
from trovato.ops import Int8Vectors

_NOTHING = Int8Vectors(np.zeros((0, 4), np.int8), np.zeros(0, np.float32))


def write(writer: Writer, name: str, text: str) -> None:
    draft = writer.stage(name, text, "made", 1, {})
    draft.add(Page(1, text, TextLayout.empty(1.0, 1.0)), _NOTHING, None)
    draft.finish()


def made(folder: Path, **texts: str) -> Collection:
    collection = Collection.create(folder, fingerprint="made", dim=4)
    with collection.writer() as writer:
        for name, text in texts.items():
            write(writer, name, text)
    return collection


def near(collection: Collection, word: str) -> tuple[str, ...]:
    with collection.reader() as reader:
        return tuple(reader.reading(word).corrections.get(word, ()))


def listed(collection: Collection) -> list[str]:
    database = sqlite3.connect(collection.path / "trovato.db")
    found = [term for (term,) in database.execute("SELECT term FROM terms ORDER BY term")]
    database.close()
    return found


def test_a_word_of_deleted_pages_alone_is_not_asked_for(tmp_path: Path) -> None:
    collection = made(tmp_path / "made", a="the lantern", b="the harbour")
    assert near(collection, "lantarn") == ("lantern",)
    with collection.writer() as writer:
        writer.remove("a")
    assert near(collection, "lantarn") == ()
    assert near(collection, "harbeur") == ("harbour",)


def test_a_compaction_forgets_it_and_the_same_writer_learns_it_again(tmp_path: Path) -> None:
    collection = made(tmp_path / "made", a="the lantern", b="the harbour")
    assert {"harbour", "lantern"} <= set(listed(collection))
    with collection.writer() as writer:
        writer.remove("a")
        writer.compact()
        assert "lantern" not in listed(collection)
        assert "harbour" in listed(collection)
        write(writer, "c", "another lantern")
    assert {"anoth", "harbour", "lantern"} <= set(listed(collection))
    assert near(collection, "lantarn") == ("lantern",)
    assert verify(collection.path) == []


def test_numbers_come_by_how_many_pages_have_them(tmp_path: Path) -> None:
    collection = made(tmp_path / "made", a="no 920155", b="no 8920156", c="no 8920156")
    assert near(collection, "92015") == ("8920156", "920155")


def test_terms_that_are_lost_are_found_missing_and_listed_again(tmp_path: Path) -> None:
    collection = made(tmp_path / "made", a="the lantern", b="the harbour")
    database = sqlite3.connect(collection.path / "trovato.db")
    database.execute("DELETE FROM terms WHERE term = 'lantern'")
    database.commit()
    database.close()
    (issue,) = verify(collection.path)
    assert (issue.part, issue.subject) == ("words", "terms")
    repair(collection.path)
    assert verify(collection.path) == []
    assert near(collection, "lantarn") == ("lantern",)
