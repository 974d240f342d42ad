"""The laws of a document: what every reader of files keeps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trovato.core import Page, UnreadableFileError
from trovato.data import Document


def check_document(opened: Callable[[], Document], *, long_side: int = 300) -> None:
    """Check one readable document against the laws of `trovato.data.Document`.

    A page reads the same whenever and in whatever order it is read; its words lie in its text and
    on the page; its picture has the page's shape; a page that is not there is an
    `UnreadableFileError`; everything can be stored as UTF-8.

    Parameters
    ----------
    opened
        Opens the document; called more than once.
    long_side
        Pixels of the pictures that are drawn.

    Raises
    ------
    AssertionError
        If a law is broken; the message says which.
    """
    with opened() as document:
        count = document.page_count
        assert count >= 1, "a document has at least one page"
        pages = [document.page(number) for number in range(1, count + 1)]
        for number, page in enumerate(pages, start=1):
            assert page.number == number, f"page {number} calls itself {page.number}"
            _check_page(page)
            picture = document.render(number, long_side)
            assert picture.mode == "RGB", f"pictures are RGB, not {picture.mode}"
            shape = sorted((picture.width / picture.height, page.layout.width / page.layout.height))
            assert max(picture.size) == long_side, f"asked for {long_side}, drew {picture.size}"
            thin = 2 / min(picture.size)
            assert shape[1] / shape[0] <= 1 + thin, f"page {number} is drawn in another shape"
        for absent in (0, -1, count + 1):
            for use in (document.page, lambda number: document.render(number, long_side)):
                try:
                    use(absent)
                except UnreadableFileError:
                    continue
                raise AssertionError(f"page {absent} of {count} was read")
        for name, fact in document.attributes.items():
            assert isinstance(fact, str | int | float), f"attribute {name} is a {type(fact)}"
            str(fact).encode()
        kind = document.kind
    with opened() as again:
        assert (again.kind, again.page_count) == (kind, count), "opened again, it is another"
        for page in reversed(pages):
            _check_same(again.page(page.number), page)


def _check_page(page: Page) -> None:
    text, layout = page.text, page.layout
    text.encode()
    assert layout.width > 0, "a page has a width"
    assert layout.height > 0, "a page has a height"
    said = [text[first:last] for first, last in layout.spans.tolist()]
    assert all(word and not any(map(str.isspace, word)) for word in said), "words hold no spaces"
    assert "".join(said) == "".join(text.split()), "the words are all of the text"
    boxes = layout.boxes
    assert np.isfinite(boxes).all(), "boxes are finite"
    assert (boxes[:, :2] <= boxes[:, 2:]).all(), "boxes have left <= right and top <= bottom"
    assert (boxes >= -1e-3).all(), "boxes begin on the page"
    size = np.array([layout.width, layout.height])
    assert (boxes[:, 2:] <= size + 1e-3).all(), "boxes end on the page"


def _check_same(again: Page, before: Page) -> None:
    same = again.text == before.text and again.attributes == before.attributes
    assert same, f"page {before.number} says something else when it is read again"
    assert np.array_equal(again.layout.spans, before.layout.spans), "words moved in the text"
    assert np.array_equal(again.layout.boxes, before.layout.boxes), "words moved on the page"
