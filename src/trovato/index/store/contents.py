"""What published pages hold, read for several of them at once."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trovato.core import Attribute, Item, Location
from trovato.index.store.records import StoredFile

FILE_COLUMNS = (
    "file, name, digest, kind, bytes, files.pages, tokens, EXISTS "
    "(SELECT 1 FROM items AS own WHERE own.file = files.file AND own.page = 0)"
)
# Of an item of its own, page 0, it is the name alone.
EXTERNAL_ID = "name || CASE items.page WHEN 0 THEN '' ELSE '#' || items.page END"


@dataclass(frozen=True, slots=True)
class Content:
    """A page's item, and its layout and token spans as they are stored."""

    item: Item
    layout: bytes
    spans: bytes


def read_contents(connection: sqlite3.Connection, rows: Iterable[int]) -> dict[int, Content]:
    """What each row that is a published page holds."""
    found = of_rows(
        connection,
        f"items.item, files.file, {EXTERNAL_ID}, name, kind, items.page, text, layout, spans",
        rows,
        "JOIN pages USING (item)",
    )
    of_files = _attributes(connection, "file_attributes", "file", {file for _, file, *_ in found})
    of_pages = _attributes(connection, "page_attributes", "item", {row for row, *_ in found})
    return {
        row: Content(
            Item(
                external,
                kind,
                text,
                Location(name, max(page, 1)),
                {**of_files[file], **of_pages[row]},
            ),
            layout,
            spans,
        )
        for row, file, external, name, kind, page, text, layout, spans in found
    }


def stored_file(connection: sqlite3.Connection, row: tuple[Any, ...]) -> StoredFile:
    """The file with those `FILE_COLUMNS`."""
    file, name, digest, kind, size, pages, tokens, whole = row
    attributes = _attributes(connection, "file_attributes", "file", [file])[file]
    return StoredFile(name, digest, kind, size, pages, tokens, attributes, bool(whole))


def of_rows(
    connection: sqlite3.Connection, columns: str, rows: Iterable[int], joined: str = ""
) -> list[Any]:
    """Columns of `items`, `files` and what is joined, for each row that is a published page."""
    return connection.execute(
        f"SELECT {columns} FROM json_each(?) AS asked JOIN items ON items.item = asked.value "  # noqa: S608
        f"JOIN files USING (file) {joined} WHERE files.live",
        [_as_json(rows)],
    ).fetchall()


def _attributes(
    connection: sqlite3.Connection, table: str, owner: str, owners: Iterable[int]
) -> Mapping[int, dict[str, Attribute]]:
    found: defaultdict[int, dict[str, Attribute]] = defaultdict(dict)
    for number, key, value in connection.execute(
        f"SELECT {owner}, key, value FROM {table} "  # noqa: S608
        f"WHERE {owner} IN (SELECT value FROM json_each(?)) ORDER BY {owner}, key",
        [_as_json(owners)],
    ).fetchall():
        found[number][key] = value
    return found


def _as_json(numbers: Iterable[int]) -> str:
    return json.dumps([int(number) for number in numbers])
