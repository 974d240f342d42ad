"""A paragraph and its sentences."""

from __future__ import annotations

from collections.abc import Sequence

from trovato.core import Item, Link, Location, check_many
from trovato.data.components.path_line import path_line
from trovato.ops import sentences


def paragraph_items(
    item_id: str,
    text: str,
    *,
    parent: str | None = None,
    order: int = 0,
    path: Sequence[str] = (),
    links: Sequence[Link] = (),
    location: Location | None = None,
    kind: str = "paragraph",
) -> list[Item]:
    """The item of a paragraph, then those of its sentences.

    Every text begins with the headings above it, in a line of their own. A link goes with the
    paragraph, and also with the sentence that holds all of its words.

    Parameters
    ----------
    item_id
        Of the paragraph; its sentences are `<item_id>.s1`, `<item_id>.s2` and so on. A paragraph
        of a single sentence has none.
    text
        Without the headings.
    parent, order
        Its document, and its place there.
    path
        Title and headings above it, outermost first.
    links
        With spans in `text`.
    location
        Where it stands in a file.
    kind
        Such as "paragraph" or "list".
    """
    check_many("the path", path)
    head = path_line(path)
    head = f"{head}\n" if head else ""
    whole = Item(
        item_id,
        kind,
        head + text,
        location,
        {"section": head.rstrip()} if head else {},
        parent,
        order,
        links=tuple(_moved(link, len(head)) for link in links),
    )
    spans = sentences(text)
    if len(spans) < 2:
        return [whole]
    return [
        whole,
        *(
            Item(
                f"{item_id}.s{number}",
                "sentence",
                head + text[start:end],
                location,
                parent=item_id,
                order=number - 1,
                links=tuple(
                    _moved(link, len(head) - start)
                    for link in links
                    if link.span and start <= link.span[0] and link.span[1] <= end
                ),
            )
            for number, (start, end) in enumerate(spans, start=1)
        ),
    ]


def _moved(link: Link, by: int) -> Link:
    span = (link.span[0] + by, link.span[1] + by) if link.span else None
    return Link(link.target, link.text, span)
