"""A document under another name, its pages and their vectors as they are."""

from __future__ import annotations

import sqlite3

from trovato.core import Attribute
from trovato.index.store import tables
from trovato.index.store.words.full_text import context_of
from trovato.index.store.words.word_writer import WordWriter


def can_rename(connection: sqlite3.Connection, file: int) -> bool:
    """Whether a published file is a document of pages alone, to whose ids nothing is attached."""
    (others,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM items WHERE file = ? AND (page < 1 OR id IS NOT NULL))",
        [file],
    ).fetchone()
    return not others and not tables.attached_files(connection, file)


def rename_file(
    connection: sqlite3.Connection,
    words: WordWriter,
    file: int,
    name: str,
    changed: dict[str, Attribute],
) -> None:
    """Give a published document another name; `changed` attributes take the place of its own."""
    words.remove(file)
    attributes: dict[str, Attribute] = dict(
        connection.execute("SELECT key, value FROM file_attributes WHERE file = ?", [file])
    )
    attributes |= changed
    connection.execute("UPDATE files SET name = ? WHERE file = ?", [name, file])
    tables.set_file_attributes(connection, file, attributes)
    pages = connection.execute(
        "SELECT item, page FROM items WHERE file = ? ORDER BY item", [file]
    ).fetchall()
    for item, page in pages:
        own = dict(
            connection.execute("SELECT key, value FROM page_attributes WHERE item = ?", [item])
        )
        (text,) = connection.execute("SELECT text FROM pages WHERE item = ?", [item]).fetchone()
        connection.execute(
            "UPDATE pages SET context = ? WHERE item = ?",
            [context_of(name, page, {**attributes, **own}, text), item],
        )
    words.add(file)
