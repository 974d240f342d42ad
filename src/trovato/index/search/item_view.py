"""What a snapshot says of items and files, beside their vectors."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    Attribute,
    Closing,
    InvalidInputError,
    Item,
    Link,
    NotFoundError,
    PathLike,
    TextLayout,
)
from trovato.core.shapes import Int32
from trovato.index.search.copying import copy_snapshot
from trovato.index.search.snapshot import generation_of
from trovato.index.store import ids
from trovato.index.store.blobs import unpack_layout, unpack_token_spans
from trovato.index.store.contents import (
    EXTERNAL_ID,
    FILE_COLUMNS,
    Content,
    of_rows,
    read_contents,
    read_document,
    stored_file,
)
from trovato.index.store.records import Failure, StoredFile
from trovato.index.store.schema import FORMAT, connect, format_of
from trovato.index.store.upgrade import read_as_newest
from trovato.index.store.words.vocabulary import open_vocabulary


class ItemView(Closing):
    """A collection as it was when the view was made; what a `Reader` knows without vectors.

    Items are named by their row, an integer that never changes its meaning.
    """

    def __init__(self, database: PathLike) -> None:
        self._folder = Path(database).parent
        self._connection = connect(Path(database))
        self._close = weakref.finalize(self, self._connection.close)
        open_vocabulary(self._connection)
        self._connection.execute("BEGIN")
        # The view is taken by the first read, not by BEGIN.
        read_as_newest(self._connection)
        self._connection.execute("PRAGMA query_only = ON")
        self._generation = generation_of(self._connection)
        self._opened = self._place()
        self._last_read: dict[int, Content] = {}

    def close(self) -> None:
        """Let go of the view."""
        self._close()

    def rest(self) -> None:
        """Let go of the state that is seen, but not of the connection, until `renew`."""
        self._connection.execute("ROLLBACK")
        self._last_read = {}

    def renew(self) -> bool:
        """See the newest state after a rest; false where another view must be opened.

        So it is in another process, where another database was put in its place, and for an older
        format, which the next writer changes.
        """
        if self._opened is None or self._opened != self._place():
            return False
        self._connection.execute("BEGIN")
        generation = generation_of(self._connection)
        if generation != self._generation:
            self._generation = generation
            self._forget()
        return format_of(self._connection) == FORMAT

    def _forget(self) -> None:
        """Let go of what was known of another state."""

    def _place(self) -> tuple[int, int, int] | None:
        """Which process sees which file; None where it is gone."""
        try:
            found = self._connection.path.stat()
        except OSError:
            return None
        return os.getpid(), found.st_dev, found.st_ino

    def __len__(self) -> int:
        found = self._connection.execute(
            "SELECT (SELECT ifnull(sum(pages), 0) FROM files WHERE live) + (SELECT count(*) FROM "
            "items JOIN files USING (file) WHERE items.id IS NOT NULL AND live)"
        )
        return int(found.fetchone()[0])

    def copy_to(self, path: PathLike) -> None:
        """Copy what is seen; see `Collection.copy_to`."""
        copy_snapshot(self._connection, self._folder, Path(path))

    def get(self, item_id: str) -> Item:
        """The item of that id, or the document whose pages are items.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = ids.find_item(self._connection, item_id)
        if row is not None:
            return self.item(row)
        file = ids.find_document(self._connection, item_id)
        if file is None:
            raise _absent(item_id)
        return read_document(self._connection, file)

    def children(self, item_id: str) -> list[Item]:
        """The parts of an item or document, in their order; not what is below those.

        Raises
        ------
        NotFoundError
            If there is no item of that id.
        """
        if not ids.exists(self._connection, item_id):
            raise _absent(item_id)
        found = self._connection.execute(*ids.children_of(item_id))
        return sorted(
            self.items([row for (row,) in found.fetchall()]), key=lambda item: (item.order, item.id)
        )

    def links_to(self, item_id: str) -> list[tuple[str, Link]]:
        """Which items point to an id, whether or not something of that id is there.

        Returns
        -------
        Ids of the items, in order of their rows, and their links.
        """
        found = self._connection.execute(
            f"SELECT {EXTERNAL_ID}, target, text, first, last FROM links "  # noqa: S608
            "JOIN items USING (item) JOIN files USING (file) "
            "WHERE files.live AND target = ? ORDER BY item, number",
            [item_id],
        )
        return [
            (source, Link(target, text, None if first is None else (first, last)))
            for source, target, text, first, last in found.fetchall()
        ]

    def dangling_links(self) -> Iterator[str]:
        """Targets of links that are not there, each once, by name."""
        found = self._connection.execute(
            "SELECT DISTINCT target FROM links JOIN items USING (item) JOIN files USING (file) "
            "WHERE files.live ORDER BY target"
        )
        return (target for (target,) in found if not ids.exists(self._connection, target))

    def item(self, row: int) -> Item:
        """The item in that row.

        Raises
        ------
        InvalidInputError
            If no published item has that row.
        """
        return self._contents([row])[row].item

    def items(self, rows: Sequence[int]) -> list[Item]:
        """The items in those rows, as `item` gives one, in one read."""
        contents = self._contents(rows)
        return [contents[row].item for row in rows]

    def layout_of(self, row: int) -> TextLayout:
        """Where the words of that page stand."""
        return unpack_layout(self._row("pages.layout", row)[0])

    def token_spans_of(self, row: int) -> Int32[np.ndarray, "tokens 2"] | None:
        """Characters of that page's text that each of its vectors stands for, if known."""
        return unpack_token_spans(self._row("pages.spans", row)[0])

    def file_of(self, row: int) -> StoredFile:
        """The file that the page in that row belongs to."""
        return stored_file(self._connection, self._row(FILE_COLUMNS, row))

    def has(self, item_id: str) -> bool:
        """Whether an item with that external id is published."""
        return ids.find_item(self._connection, item_id) is not None

    def row_of(self, item_id: str) -> int:
        """The row of the item with that external id.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = ids.find_item(self._connection, item_id)
        if row is None:
            raise _absent(item_id)
        return row

    def ids_of(self, rows: Iterable[int]) -> dict[int, str]:
        """External id of each row that is a published item."""
        return dict(of_rows(self._connection, f"items.item, {EXTERNAL_ID}", rows))

    def names_of(self, rows: Iterable[int]) -> dict[int, str]:
        """Name of the file of each row that is a published item."""
        return dict(of_rows(self._connection, "items.item, name", rows))

    def files_of(self, rows: Iterable[int]) -> dict[int, int]:
        """Number of the file of each row that is a published item."""
        return dict(of_rows(self._connection, "items.item, files.file", rows))

    def rows(self) -> Iterator[int]:
        """Rows of all published items, rising, one at a time."""
        found = self._connection.execute(
            "SELECT item FROM items JOIN files USING (file) WHERE live ORDER BY item"
        )
        return (row for (row,) in found)

    def spread_rows(self, count: int) -> list[int]:
        """Rows evenly spread from the first to the last; some may not be published."""
        (last,) = self._connection.execute("SELECT ifnull(max(item), 0) FROM items").fetchone()
        return list(dict.fromkeys(np.linspace(1, last, count).astype(int).tolist())) if last else []

    def rows_with(self, key: str, value: Attribute, limit: int = -1) -> list[int]:
        """Rows of the published items that have that attribute of their own, rising.

        With `limit` only so many, those that were written last.
        """
        found = self._connection.execute(
            "SELECT item FROM page_attributes JOIN items USING (item) JOIN files USING (file) "
            "WHERE key = ? AND value = ? AND live ORDER BY item DESC LIMIT ?",
            [key, value, limit],
        )
        return [row for (row,) in found][::-1]

    def rows_of_kind(self, kind: str) -> Iterator[int]:
        """Rows of the published items of that kind, rising, one at a time."""
        found = self._connection.execute(
            "SELECT item FROM items JOIN files USING (file) "
            "WHERE live AND coalesce(items.kind, files.kind) = ? ORDER BY item",
            [kind],
        )
        return (row for (row,) in found)

    def files(self) -> list[StoredFile]:
        """All published files, by name."""
        rows = self._connection.execute(
            f"SELECT {FILE_COLUMNS} FROM files WHERE live ORDER BY name"  # noqa: S608
        )
        return [stored_file(self._connection, row) for row in rows.fetchall()]

    def failures(self) -> list[Failure]:
        """All files that could not be read, by name."""
        rows = self._connection.execute("SELECT name, digest, reason FROM failures ORDER BY name")
        return [Failure(*row) for row in rows]

    @property
    def format(self) -> int:
        """Version of the format of the collection."""
        return format_of(self._connection)

    def _row(self, columns: str, row: int) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self._connection.execute(
            f"SELECT {columns} FROM items JOIN files USING (file) JOIN pages USING (item) "  # noqa: S608
            "WHERE items.item = ? AND files.live",
            [row],
        ).fetchone()
        if found is None:
            raise _unknown(row)
        return found

    def _contents(self, rows: Sequence[int]) -> dict[int, Content]:
        """What some rows hold; what was read last is kept, since hits are looked at again."""
        found = {row: self._last_read[row] for row in rows if row in self._last_read}
        unread = [row for row in rows if row not in found]
        found |= read_contents(self._connection, unread) if unread else {}
        for row in rows:
            if row not in found:
                raise _unknown(row)
        self._last_read = found
        return found


def _unknown(row: int) -> InvalidInputError:
    return InvalidInputError(f"no published item has row {row}; `row_of` finds rows by id")


def _absent(item_id: str) -> NotFoundError:
    return NotFoundError(
        f"the collection has no page or item {item_id!r}; an id is a file's name, # and a page, "
        "such as 'reports/annual.pdf#12', or that of an item which was added with an id"
    )
