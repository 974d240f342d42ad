"""A file on its way into a collection, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from trovato.core import Attribute, InvalidInputError, Item, Page, TextLayout
from trovato.core.shapes import Int32
from trovato.index.store import ids, tables
from trovato.index.store.blobs import pack_layout, pack_token_spans
from trovato.index.store.contents import pack_location
from trovato.index.store.fields import DEFAULT_FIELD
from trovato.index.store.validation import check_item, check_text, check_vectors
from trovato.index.store.words.full_text import context_of
from trovato.index.vectors.transform import InputVectors
from trovato.index.writing.transaction import GroupCommits


class Draft:
    """A file on its way in; see `Writer.stage`. Nobody sees its pages until `finish`."""

    def __init__(
        self,
        commits: GroupCommits,
        file: int,
        name: str,
        attributes: Mapping[str, Attribute],
        *,
        whole: bool = False,
    ) -> None:
        self._commits = commits
        self._file = file
        self._name = name
        self._attributes = attributes
        self._whole = whole

    @property
    def pages_done(self) -> int:
        """Pages that are there; the next one to add has the number after it.

        Raises
        ------
        InvalidInputError
            If the draft has been finished or replaced.
        """
        highest, _ = self._numbers()
        return 0 if highest is None else max(highest, int(self._whole))

    @property
    def parts_done(self) -> int:
        """Items with an id of their own that are there, beside pages.

        Raises
        ------
        InvalidInputError
            If the draft has been finished or replaced.
        """
        _, lowest = self._numbers()
        return -lowest

    def _numbers(self) -> tuple[int | None, int]:
        """The number of the last page or item of the file's name, and that of the last part."""
        found: tuple[int | None, int] | None = self._commits.connection.execute(
            "SELECT (SELECT max(page) FROM items WHERE file = ?1 AND page >= 0), "
            "(SELECT ifnull(min(page), 0) FROM items WHERE file = ?1 AND page < 0) "
            "FROM files WHERE file = ?1 AND NOT live",
            [self._file],
        ).fetchone()
        if found is None:
            raise InvalidInputError(
                f"the draft of {self._name!r} is finished or was given up: stage it again"
            )
        return found

    def add(
        self,
        page: Page,
        vectors: InputVectors,
        spans: Int32[np.ndarray, "tokens 2"] | None,
        fields: Mapping[str, InputVectors] = MappingProxyType({}),
    ) -> None:
        """Add the next page.

        Parameters
        ----------
        page
            Its number must be the one after `pages_done`.
        vectors
            `(tokens, dim)`, as int8, float16 or float32; none for a page without text.
        spans
            `(tokens, 2)`: characters of the page's text that each vector stands for; None where the
            encoder does not say.
        fields
            Vectors of other fields, by name.

        Raises
        ------
        InvalidInputError
            If the page is out of order, its parts do not fit, or its vectors are not finite or too
            large for `fp16`; the draft is as before.
        """
        if page.number != self.pages_done + 1:
            raise InvalidInputError(
                f"page {self.pages_done + 1} of {self._name!r} comes next, got {page.number}: "
                "pages are added in order, without gaps"
            )
        if self._whole and page.number > 1:
            raise InvalidInputError(f"the item {self._name!r} is one page, got page {page.number}")
        what = f"page {page.number} of {self._name!r}"
        check_item(what, page.text, page.attributes, page.layout, spans)
        known = {**self._attributes, **page.attributes}
        context = context_of(self._name, page.number, known, page.text)
        row = tables.ItemRow(
            0 if self._whole else page.number,
            page.text,
            context,
            pack_layout(page.layout),
            pack_token_spans(spans),
            page.attributes,
        )
        self._insert(what, row, {DEFAULT_FIELD: vectors, **fields}, spans)

    def add_item(
        self,
        item: Item,
        fields: Mapping[str, InputVectors] = MappingProxyType({}),
        spans: Int32[np.ndarray, "tokens 2"] | None = None,
        layout: TextLayout | None = None,
    ) -> None:
        """Add an item of any kind.

        The first one of a draft that was staged as `whole` is the item of that name. Others are its
        parts, or parts of a document: `parent` is the id of an item that is in the draft already,
        or of the document. Without one it is a part of the draft's item or document itself.

        Parameters
        ----------
        item
            It comes back as it went in, with the attributes of its document beside its own.
        fields
            Its vectors in the fields where it has some, by name: `(tokens, dim)`, as int8, float16
            or float32.
        spans
            `(tokens, 2)`: characters of the text that each vector of the default field stands for.
        layout
            Where its words stand.

        Raises
        ------
        InvalidInputError
            If the id is taken, the parent is not in the draft, or parts do not fit; the draft is as
            before.
        """
        root = self._whole and self.pages_done == 0
        what = f"the item {item.id!r}"
        self._check_place(item, root=root)
        layout = layout or TextLayout.empty(0.0, 0.0)
        check_item(what, item.text, item.attributes, layout, spans, item.links)
        for text in (item.kind, item.image or "", item.location.file if item.location else ""):
            check_text(what, text)
        own = {
            key: value
            for key, value in item.attributes.items()
            if self._attributes.get(key) != value
        }
        row = tables.ItemRow(
            0 if root else -self.parts_done - 1,
            item.text,
            context_of(item.id, 1 if root else None, {**self._attributes, **own}, item.text),
            pack_layout(layout),
            pack_token_spans(spans),
            own,
            None if root else item.id,
            item.kind,
            item.parent if root else item.parent or self._name,
            item.order,
            pack_location(item.location),
            item.image,
            item.links,
        )
        self._insert(what, row, fields, spans)

    def _check_place(self, item: Item, *, root: bool) -> None:
        """Refuse an item whose id is taken or whose parent is not there."""
        check_text("the id of an item", item.id)
        connection = self._commits.connection
        if root and item.id != self._name:
            raise InvalidInputError(
                f"the first item of {self._name!r} is that item itself, got {item.id!r}"
            )
        if not root and ids.part_taken(connection, item.id, self._file):
            raise InvalidInputError(
                f"another item or document has the id {item.id!r}: give this one another"
            )
        parent = self._name if item.parent is None else item.parent
        if not root and not ids.in_draft(connection, parent, self._file):
            raise InvalidInputError(
                f"the parent {parent!r} of {item.id!r} is not in this draft: add it first"
            )

    def _insert(
        self,
        what: str,
        row: tables.ItemRow,
        fields: Mapping[str, InputVectors],
        spans: Int32[np.ndarray, "tokens 2"] | None,
    ) -> None:
        known = self._commits.fields
        for name, vectors in fields.items():
            check_vectors(
                what, vectors, self._commits.field(name), spans if name == DEFAULT_FIELD else None
            )
        try:
            shaped = self._commits.shape(fields)
        except InvalidInputError as error:
            raise InvalidInputError(f"{what}: {error}") from error
        tokens = {known[name].number: count for name, (_, _, count) in shaped.items()}
        with self._commits.step() as connection:
            item = tables.insert_item(connection, self._file, row, tokens)
            self._commits.add_vectors(item, shaped)
        self._commits.commit_when_due()

    def flush(self) -> None:
        """Make the pages so far durable: an interrupted file goes on after them."""
        self._commits.commit()

    def finish(self) -> None:
        """Publish the file: all its items at once, in place of the one that had its name.

        What hangs on the items of that one goes with it.

        Raises
        ------
        InvalidInputError
            If its parent is not there, or an id of its items was taken meanwhile; the draft is as
            before.
        """
        # Fails for a draft that is none any more, before anything is touched.
        _ = self._numbers()
        connection = self._commits.connection
        replaced = tables.find_file(connection, self._name, live=True)
        gone = [] if replaced is None else tables.attached_files(connection, replaced[0])
        going = gone if replaced is None else [replaced[0], *gone]
        ids.check_publishable(connection, self._file, going)
        with self._commits.step():
            for file in going:
                self._commits.touch(file)
                self._commits.words.remove(file)
                tables.delete_file(connection, file)
            tables.publish(connection, self._file)
            self._commits.words.add(self._file)
            connection.execute("DELETE FROM failures WHERE name = ?", [self._name])
            self._commits.touch(self._file)
        self._commits.commit_when_due()
