"""The changes that a writer makes to the files and items of a collection."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trovato.core import Attribute, Link
from trovato.index.store.contents import EXTERNAL_ID

_OF_FILE = "(SELECT item FROM items WHERE file = ?)"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What the tables say of an item beside its vectors.

    Parameters
    ----------
    number
        Its number in the file: from 1 for pages, 0 for an item whose id is the file's name, below 0
        for others.
    text, context, layout, spans
        Columns of `pages`.
    attributes
        Its own.
    id, kind, parent, order, location, image
        None where they follow from the file, as those of a page do.
    links
        What it points to.
    """

    number: int
    text: str
    context: str
    layout: bytes
    spans: bytes
    attributes: Mapping[str, Attribute]
    id: str | None = None
    kind: str | None = None
    parent: str | None = None
    order: int | None = None
    location: str | None = None
    image: str | None = None
    links: Sequence[Link] = field(default_factory=tuple)


def find_file(connection: sqlite3.Connection, name: str, *, live: bool) -> tuple[int, str] | None:
    """Number and digest of the published file, or the draft, of that name."""
    found: tuple[int, str] | None = connection.execute(
        "SELECT file, digest FROM files WHERE name = ? AND live = ?", [name, live]
    ).fetchone()
    return found


def insert_draft(
    connection: sqlite3.Connection, name: str, digest: str, kind: str, size: int
) -> int:
    """Start a draft without items and give back its number."""
    added = connection.execute(
        "INSERT INTO files (name, live, digest, kind, bytes, pages) VALUES (?, 0, ?, ?, ?, 0)",
        [name, digest, kind, size],
    )
    return added.lastrowid or 0


def set_file_attributes(
    connection: sqlite3.Connection, file: int, attributes: Mapping[str, Attribute]
) -> None:
    """Let a file have these attributes and no others."""
    connection.execute("DELETE FROM file_attributes WHERE file = ?", [file])
    if attributes:
        connection.executemany(
            "INSERT INTO file_attributes VALUES (?, ?, ?)",
            [(file, key, value) for key, value in attributes.items()],
        )


def insert_item(
    connection: sqlite3.Connection, file: int, row: ItemRow, tokens: Mapping[int, int]
) -> int:
    """Add an item to a draft and give back its row; `tokens` says how many, by field."""
    added = connection.execute(
        "INSERT INTO items (file, page, id, kind, parent, place, location, image) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [file, row.number, row.id, row.kind, row.parent, row.order, row.location, row.image],
    )
    item = added.lastrowid or 0
    connection.execute(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
        [item, row.text, row.context, row.layout, row.spans],
    )
    if row.attributes:
        connection.executemany(
            "INSERT INTO page_attributes VALUES (?, ?, ?)",
            [(item, key, value) for key, value in row.attributes.items()],
        )
    if row.links:
        connection.executemany(
            "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?)",
            [
                (item, number, link.target, link.text, *(link.span or (None, None)))
                for number, link in enumerate(row.links)
            ],
        )
    if row.number >= 0:
        connection.execute("UPDATE files SET pages = pages + 1 WHERE file = ?", [file])
    for number, count in tokens.items():
        add_tokens(connection, file, number, count)
    return item


def add_tokens(connection: sqlite3.Connection, file: int, field: int, count: int) -> None:
    """Count so many more tokens of a field in a file."""
    if count:
        connection.execute(
            "INSERT INTO tokens VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET tokens = tokens + excluded.tokens",
            [file, field, count],
        )


def publish(connection: sqlite3.Connection, file: int) -> None:
    """Let a draft take the place of the published file of its name; its words are added beside."""
    connection.execute("UPDATE files SET live = 1 WHERE file = ?", [file])


def attached_files(connection: sqlite3.Connection, file: int) -> list[int]:
    """Published files whose items are parts of a published one's, at any depth; not itself."""
    found = [file]
    for one in found:
        ids = [
            name
            for (name,) in connection.execute(
                f"SELECT {EXTERNAL_ID} FROM items JOIN files USING (file) WHERE file = ?1 AND live "  # noqa: S608
                "UNION SELECT name FROM files WHERE file = ?1 AND live",
                [one],
            )
        ]
        rows = connection.execute(
            "SELECT DISTINCT file FROM items JOIN files USING (file) WHERE live AND parent IN "
            "(SELECT value FROM json_each(?)) ORDER BY file",
            [json.dumps(ids)],
        )
        found += [other for (other,) in rows.fetchall() if other not in found]
    return found[1:]


def delete_file(connection: sqlite3.Connection, file: int) -> None:
    """Delete a file, published or draft, with all that hangs on it; links to it stay.

    Its words are taken out before, see `WordWriter.remove`.
    """
    for table in ("page_attributes", "pages", "links"):
        connection.execute(f"DELETE FROM {table} WHERE item IN {_OF_FILE}", [file])  # noqa: S608
    connection.execute(
        f"DELETE FROM pools WHERE field IN (SELECT field FROM fields) AND item IN {_OF_FILE}",  # noqa: S608
        [file],
    )
    for table in ("items", "file_attributes", "tokens", "files"):
        connection.execute(f"DELETE FROM {table} WHERE file = ?", [file])  # noqa: S608


def next_generation(connection: sqlite3.Connection) -> None:
    """Mark the state of the collection as another one."""
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
