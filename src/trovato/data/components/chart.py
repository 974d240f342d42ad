"""A picture or chart, by the words that can be read on it and around it."""

from __future__ import annotations

from collections.abc import Sequence

from trovato.core import Item, Location, check_many
from trovato.data.components.path_line import path_line


def chart_item(
    item_id: str,
    image: str | None,
    words: Sequence[str] = (),
    *,
    parent: str | None = None,
    order: int = 0,
    path: Sequence[str] = (),
    caption: str = "",
    location: Location | None = None,
) -> Item:
    """The item of a picture: its headings, its caption, and the words on it.

    Parameters
    ----------
    item_id
        Of the picture.
    image
        Path of its file.
    words
        Lines that stand on it, such as OCR found.
    parent, order
        Its document, and its place there.
    path
        Title and headings above it, outermost first.
    caption
        Words that stand for it, such as its legend.
    location
        Where it stands in a file.
    """
    check_many("words", words)
    check_many("path", path)
    head = path_line(path)
    body = " ".join(" ".join(line.split()) for line in words)
    text = "\n".join(part for part in (head, caption.strip(), body) if part)
    return Item(
        item_id,
        "picture",
        text,
        location,
        ({"section": head} if head else {}) | ({"caption": caption.strip()} if caption else {}),
        parent,
        order,
        image,
    )
