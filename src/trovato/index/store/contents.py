"""What published items hold, read for several of them at once."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trovato.core import Attribute, Box, Item, Link, Location
from trovato.index.store.records import StoredFile

FILE_COLUMNS = (
    "files.file, name, digest, files.kind, bytes, files.pages, ifnull((SELECT tokens FROM tokens "
    "WHERE tokens.file = files.file AND field = 1), 0), EXISTS "
    "(SELECT 1 FROM items AS own WHERE own.file = files.file AND own.page = 0)"
)
# Of an item of its own, page 0, it is the name alone.
EXTERNAL_ID = (
    "coalesce(items.id, name || CASE items.page WHEN 0 THEN '' ELSE '#' || items.page END)"
)

_HAS_LINKS = "EXISTS (SELECT 1 FROM links WHERE links.item = items.item)"


@dataclass(frozen=True, slots=True)
class Content:
    """An item, and its layout and token spans as they are stored."""

    item: Item
    layout: bytes
    spans: bytes


def read_contents(
    connection: sqlite3.Connection, rows: Iterable[int], *, drafts: bool = False
) -> dict[int, Content]:
    """What each row holds that is an item, published or, if they are wanted, of a draft."""
    found = of_rows(
        connection,
        f"items.item, files.file, layout, spans, {EXTERNAL_ID}, coalesce(items.kind, files.kind), "
        "text, name, items.page, items.location, items.parent, items.place, items.image, "
        f"{_HAS_LINKS}",
        rows,
        "JOIN pages USING (item)",
        drafts=drafts,
    )
    of_files = _attributes(connection, "file_attributes", "file", {file for _, file, *_ in found})
    of_items = _attributes(connection, "page_attributes", "item", {row for row, *_ in found})
    links = _links(connection, [row for row, *_, has_links in found if has_links])
    contents = {}
    for row, file, layout, spans, external, kind, text, name, page, place, *tree in found:
        parent, order, image, _ = tree
        is_page = page > 0 and order is None
        item = Item(
            external,
            kind,
            text,
            Location(name, max(page, 1)) if place is None else unpack_location(place),
            {**of_files[file], **of_items[row]},
            name if is_page else parent,
            page - 1 if is_page else order or 0,
            image,
            tuple(links[row]),
        )
        contents[row] = Content(item, layout, spans)
    return contents


def read_document(connection: sqlite3.Connection, file: int) -> Item:
    """The document whose pages are the items of a file: it has no text of its own."""
    name, kind = connection.execute(
        "SELECT name, kind FROM files WHERE file = ?", [file]
    ).fetchone()
    attributes = _attributes(connection, "file_attributes", "file", [file])[file]
    return Item(name, kind, "", Location(name), attributes)


def stored_file(connection: sqlite3.Connection, row: tuple[Any, ...]) -> StoredFile:
    """The file with those `FILE_COLUMNS`."""
    file, name, digest, kind, size, pages, tokens, whole = row
    attributes = _attributes(connection, "file_attributes", "file", [file])[file]
    return StoredFile(name, digest, kind, size, pages, tokens, attributes, bool(whole))


def of_rows(
    connection: sqlite3.Connection,
    columns: str,
    rows: Iterable[int],
    joined: str = "",
    *,
    drafts: bool = False,
) -> list[Any]:
    """Columns of `items`, `files` and what is joined, for each row that is a published item.

    Those of drafts only where they are wanted.
    """
    return connection.execute(
        f"SELECT {columns} FROM json_each(?) AS asked JOIN items ON items.item = asked.value "  # noqa: S608
        f"JOIN files USING (file) {joined} {'' if drafts else 'WHERE files.live'}",
        [_as_json(rows)],
    ).fetchall()


def pack_location(location: Location | None) -> str:
    """A place as JSON: file, page, and box or null; or null."""
    if location is None:
        return "null"
    box = location.box
    corners = None if box is None else [box.left, box.top, box.right, box.bottom]
    return json.dumps([location.file, location.page, corners])


def unpack_location(text: str) -> Location | None:
    """The place that `pack_location` was given."""
    found = json.loads(text)
    if found is None:
        return None
    file, page, corners = found
    return Location(file, page, None if corners is None else Box(*corners))


def links_of(connection: sqlite3.Connection, rows: Sequence[int]) -> Mapping[int, list[str]]:
    """Ids that each row links to, in the order of its links."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row, target in connection.execute(
        "SELECT item, target FROM links "
        "WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item, number",
        [_as_json(rows)],
    ).fetchall():
        found[row].append(target)
    return found


def _links(connection: sqlite3.Connection, rows: Sequence[int]) -> Mapping[int, list[Link]]:
    found: defaultdict[int, list[Link]] = defaultdict(list)
    if not rows:
        return found
    for row, target, text, first, last in connection.execute(
        "SELECT item, target, text, first, last FROM links "
        "WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item, number",
        [_as_json(rows)],
    ).fetchall():
        found[row].append(Link(target, text, None if first is None else (first, last)))
    return found


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
