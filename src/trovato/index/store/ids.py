"""External ids: texts outside, rows inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from trovato.core import InvalidInputError
from trovato.index.store.contents import EXTERNAL_ID

# From an id to all that is below it. A page's parent is its document; that of others is written.
_BELOW = f"""
WITH RECURSIVE below (item, id) AS (
    VALUES (NULL, ?)
    UNION
    SELECT items.item, {EXTERNAL_ID} FROM below
        JOIN items ON items.parent = below.id JOIN files USING (file) WHERE files.live
    UNION
    SELECT items.item, {EXTERNAL_ID} FROM below
        JOIN files ON files.name = below.id AND files.live
        JOIN items ON items.file = files.file AND items.id IS NULL AND items.page > 0
)
SELECT item FROM below WHERE item IS NOT NULL
"""  # noqa: S608 (text of our own)


def find_item(connection: sqlite3.Connection, item_id: str) -> int | None:
    """Row of the published item with that external id."""
    found = connection.execute(
        "SELECT item FROM items JOIN files USING (file) WHERE live AND items.id = ?", [item_id]
    ).fetchone()
    if found is None:
        name, _, page = item_id.rpartition("#")
        found = connection.execute(
            "SELECT item FROM items JOIN files USING (file) WHERE live AND items.id IS NULL "
            "AND (name = ? AND page = 0 OR name = ? AND page = CAST(? AS INTEGER) AND page > 0 "
            "AND CAST(page AS TEXT) = ?)",
            [item_id, name, page, page],
        ).fetchone()
    return None if found is None else int(found[0])


def find_document(connection: sqlite3.Connection, name: str) -> int | None:
    """Number of the published file of that name whose pages are the items."""
    found = connection.execute(
        "SELECT file FROM files WHERE live AND name = ? AND NOT EXISTS "
        "(SELECT 1 FROM items WHERE items.file = files.file AND page = 0)",
        [name],
    ).fetchone()
    return None if found is None else int(found[0])


def exists(connection: sqlite3.Connection, item_id: str) -> bool:
    """Whether an item or a document of that id is published: what a link can lead to."""
    return (
        find_item(connection, item_id) is not None or find_document(connection, item_id) is not None
    )


def items_below(item_id: str) -> tuple[str, list[str]]:
    """A query for all published items below one, at any depth, and its parameters."""
    return _BELOW, [item_id]


def children_of(item_id: str) -> tuple[str, list[str]]:
    """A query for the published items whose parent is that one, and its parameters."""
    return (
        "SELECT items.item FROM items JOIN files USING (file) WHERE files.live AND parent = ? "
        "UNION SELECT items.item FROM items JOIN files USING (file) WHERE files.live "
        "AND files.name = ? AND items.id IS NULL AND items.page > 0",
        [item_id, item_id],
    )


def root_of_file(connection: sqlite3.Connection, row: int) -> int:
    """The row of the item that a published item's file is, below which all of its items are.

    The row itself where its file is a document of pages.
    """
    found = connection.execute(
        "SELECT ifnull((SELECT whole.item FROM items AS whole WHERE whole.file = items.file "
        "AND whole.page = 0), item) FROM items WHERE item = ?",
        [row],
    )
    return int(found.fetchone()[0])


def parent_of(connection: sqlite3.Connection, row: int) -> tuple[str, int | None]:
    """The id of a published item, and the row of what it is a part of, if that is there."""
    name: str
    name, parent = connection.execute(
        f"SELECT {EXTERNAL_ID}, CASE WHEN items.page > 0 AND place IS NULL THEN name "  # noqa: S608
        "ELSE parent END FROM items JOIN files USING (file) WHERE item = ?",
        [row],
    ).fetchone()
    return name, None if parent is None else find_item(connection, parent)


def sources_of(
    connection: sqlite3.Connection, target: str
) -> list[tuple[int, str, str, str | None]]:
    """Row, id, kind and parent, if any, of the published items that link to an id."""
    found: list[tuple[int, str, str, str | None]] = connection.execute(
        f"SELECT DISTINCT items.item, {EXTERNAL_ID}, coalesce(items.kind, files.kind), "  # noqa: S608
        "items.parent FROM links JOIN items USING (item) JOIN files USING (file) "
        "WHERE files.live AND target = ?",
        [target],
    ).fetchall()
    return found


def id_taken(connection: sqlite3.Connection, name: str, *, whole: bool) -> bool:
    """Whether a file of that name, or an item of that id, would share an id with the other kind."""
    if whole:
        found = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM items JOIN files USING (file) "
            "WHERE live AND page > 0 AND items.id IS NULL AND name = ?) "
            "OR EXISTS (SELECT 1 FROM items WHERE item = ? AND page <> 0)",
            [name, find_item(connection, name)],
        )
    else:
        # The character after # is $: between them lies all that begins with the name and #.
        found = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM items JOIN files USING (file) "
            "WHERE live AND page = 0 AND (name = ?1 OR name > ?2 AND name < ?3 "
            "AND substr(name, ?4) NOT GLOB '*[^0-9]*')) "
            "OR EXISTS (SELECT 1 FROM items JOIN files USING (file) WHERE live AND name <> ?1 "
            "AND (items.id = ?1 OR items.id > ?2 AND items.id < ?3 "
            "AND substr(items.id, ?4) NOT GLOB '*[^0-9]*'))",
            [name, f"{name}#", f"{name}$", len(name) + 2],
        )
    return bool(found.fetchone()[0])


def part_taken(connection: sqlite3.Connection, item_id: str, file: int) -> bool:
    """Whether a part of a file cannot have that id, since another item or document has it."""
    (own,) = connection.execute("SELECT name FROM files WHERE file = ?", [file]).fetchone()
    document, _, page = item_id.rpartition("#")
    if item_id == own or (document == own and page.isdecimal()):
        return True
    if find_document(connection, item_id) is not None:
        return True
    return bool(
        connection.execute(
            "SELECT EXISTS (SELECT 1 FROM items WHERE file = ? AND items.id = ?) OR EXISTS "
            "(SELECT 1 FROM items JOIN files USING (file) WHERE item = ? AND name <> ?)",
            [file, item_id, find_item(connection, item_id), own],
        ).fetchone()[0]
    )


def in_draft(connection: sqlite3.Connection, item_id: str, file: int) -> bool:
    """Whether a draft is the document of that name, or has an item of that id."""
    document, _, page = item_id.rpartition("#")
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM files WHERE file = ?1 AND name = ?2) "
        "OR EXISTS (SELECT 1 FROM items WHERE items.id = ?2 AND file = ?1) "
        "OR EXISTS (SELECT 1 FROM items JOIN files USING (file) WHERE file = ?1 AND name = ?3 "
        "AND page = CAST(?4 AS INTEGER) AND page > 0 AND CAST(page AS TEXT) = ?4)",
        [file, item_id, document, page],
    )
    return bool(found.fetchone()[0])


def check_publishable(connection: sqlite3.Connection, file: int, going: Sequence[int]) -> None:
    """Refuse a draft whose parent is not there once the files `going` are gone, or an id is taken.

    Raises
    ------
    InvalidInputError
        If so.
    """
    (name,) = connection.execute("SELECT name FROM files WHERE file = ?", [file]).fetchone()
    found = connection.execute(
        "SELECT parent FROM items WHERE file = ? AND page = 0 AND parent IS NOT NULL", [file]
    ).fetchone()
    if found is not None and _file_of(connection, found[0]) in (None, *going):
        raise InvalidInputError(
            f"the parent {found[0]!r} of {name!r} is not there, or is a part of what goes: add it "
            "first"
        )
    own = connection.execute(
        "SELECT name FROM files WHERE file = ?1 "
        "UNION ALL SELECT items.id FROM items WHERE file = ?1 AND items.id IS NOT NULL",
        [file],
    ).fetchall()
    for (part,) in own:
        if _file_of(connection, part) not in (None, *going):
            raise InvalidInputError(
                f"another item or document took the id {part!r} while {name!r} was written: take "
                "another one"
            )


def _file_of(connection: sqlite3.Connection, item_id: str) -> int | None:
    """The published file that has an item of that id, or is the document of that name."""
    row = find_item(connection, item_id)
    if row is None:
        return find_document(connection, item_id)
    (file,) = connection.execute("SELECT file FROM items WHERE item = ?", [row]).fetchone()
    return int(file)
