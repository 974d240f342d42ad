"""A file on its way into a collection, page by page."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trovato.core import Attribute, InvalidInputError, Page
from trovato.core.shapes import Int32
from trovato.index.store import tables
from trovato.index.store.blobs import pack_layout, pack_token_spans
from trovato.index.store.full_text import context_of
from trovato.index.store.validation import check_page
from trovato.index.vectors.transform import InputVectors
from trovato.index.writing.transaction import GroupCommits


class Draft:
    """A file on its way in; see `Writer.stage`. Nobody sees its pages until `finish`."""

    def __init__(
        self,
        commits: GroupCommits,
        dim: int,
        file: int,
        name: str,
        attributes: Mapping[str, Attribute],
        *,
        whole: bool = False,
    ) -> None:
        self._commits = commits
        self._dim = dim
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
        found = self._commits.connection.execute(
            "SELECT pages FROM files WHERE file = ? AND NOT live", [self._file]
        ).fetchone()
        if found is None:
            raise InvalidInputError(
                f"the draft of {self._name!r} is finished or was given up: stage it again"
            )
        return int(found[0])

    def add(
        self, page: Page, vectors: InputVectors, spans: Int32[np.ndarray, "tokens 2"] | None
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
        tokens = check_page(page, vectors, spans, self._dim)
        context = context_of(self._name, page.number, {**self._attributes, **page.attributes})
        columns = (page.text, context, pack_layout(page.layout), pack_token_spans(spans))
        try:
            shaped, owners = self._commits.shape(vectors)
        except InvalidInputError as error:
            raise InvalidInputError(f"page {page.number} of {self._name!r}: {error}") from error
        number = 0 if self._whole else page.number
        with self._commits.step() as connection:
            item = tables.insert_page(
                connection, self._file, number, tokens, columns, page.attributes
            )
            if owners is not None:
                tables.set_owners(connection, item, owners)
            self._commits.add_vectors(item, shaped)
        self._commits.commit_when_due()

    def flush(self) -> None:
        """Make the pages so far durable: an interrupted file goes on after them."""
        self._commits.commit()

    def finish(self) -> None:
        """Publish the file: all its pages at once, in place of the one that had its name."""
        # Fails for a draft that is none any more, before anything is touched.
        _ = self.pages_done
        with self._commits.step() as connection:
            replaced = tables.find_file(connection, self._name, live=True)
            if replaced is not None:
                self._commits.touch(replaced[0])
                tables.delete_file(connection, replaced[0])
            tables.publish(connection, self._file)
            connection.execute("DELETE FROM failures WHERE name = ?", [self._name])
            self._commits.touch(self._file)
        self._commits.commit_when_due()
