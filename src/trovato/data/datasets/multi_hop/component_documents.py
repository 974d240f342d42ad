"""Documents that are split into components already, one JSON object per line.

A line is `{"doc": "…", "title": "…", "components": […]}`. A component has an `id`, a `type`, and
perhaps a `section`; a text has `text` and perhaps `links`; a table has `header` and `rows`, whose
cells are `[text, [ids of documents]]`; an image has `file`, and perhaps `caption` and `regions`
with the words of each as `sentence`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trovato.core import Item, Link, PathLike
from trovato.core.system.text_lines import bad_line, json_lines
from trovato.data.components import Cell, chart_item, paragraph_items, table_items

_WANTED = (
    'a JSON object with "doc" and "title" (text) and "components", a list of objects with "id" and '
    '"type" (text, list, table or image)'
)


def read_component_documents(path: PathLike) -> Iterator[Item]:
    """Every document, its components, and their rows and sentences, read one document at a time.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line is no such document; the message names it.
    """
    path = Path(path)
    for number, record in json_lines(path, _WANTED):
        try:
            yield from _items(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise bad_line(path, number, _WANTED, f"{type(error).__name__}: {error}") from error


def _items(record: dict[str, Any]) -> Iterator[Item]:
    name, title = record["doc"], record["title"]
    yield Item(name, "document", title, attributes={"title": title})
    for order, component in enumerate(record["components"]):
        place: dict[str, Any] = {
            "parent": name,
            "order": order,
            "path": (title, component.get("section") or ""),
        }
        match component["type"]:
            case "table":
                header = [_cell(cell) for cell in component["header"]]
                rows = [[_cell(cell) for cell in row] for row in component["rows"]]
                yield from table_items(component["id"], header, rows, **place)
            case "image":
                words = [region["sentence"] for region in component.get("regions", ())]
                caption = component.get("caption") or ""
                yield chart_item(
                    component["id"], component["file"], words, caption=caption, **place
                )
            case "text" | "list" as kind:
                yield from paragraph_items(
                    component["id"],
                    component["text"],
                    links=[_link(link) for link in component.get("links", ())],
                    kind="list" if kind == "list" else "paragraph",
                    **place,
                )
            case other:
                raise ValueError(f'"type" = {other!r}')


def _cell(cell: Any) -> Cell:
    text, links = cell
    return Cell(" ".join(text.split()), tuple(links))


def _link(link: Any) -> Link:
    span = (link["start"], link["end"]) if "start" in link else None
    return Link(link["target"], link.get("text", ""), span)
