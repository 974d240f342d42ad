"""A table and its rows, each with the heads of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trovato.core import Item, Link, Location, check_many
from trovato.data.components.path_line import path_line


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text in one line, and the ids that it links to."""

    text: str = ""
    links: tuple[str, ...] = ()


def table_items(
    item_id: str,
    header: Sequence[Cell],
    rows: Sequence[Sequence[Cell]],
    *,
    parent: str | None = None,
    order: int = 0,
    path: Sequence[str] = (),
    location: Location | None = None,
) -> list[Item]:
    """The item of a table, then those of its rows.

    The text of a row says of every cell what its column is: `Year: 1998; Team: Lyn`. So a row can
    be found by itself, however long the table is. Both begin with the headings above the table.

    Parameters
    ----------
    item_id
        Of the table; its rows are `<item_id>.r1`, `<item_id>.r2` and so on.
    header
        Heads of the columns; empty where the table has none.
    rows
        Cells, none left out: what spans several rows or columns is repeated in each.
    parent, order
        Its document, and its place there.
    path
        Title and headings above it, outermost first.
    location
        Where it stands in a file.
    """
    check_many("the path", path)
    head = path_line(path)
    lines = [_line(header, "", []), *(_line(row, "", []) for row in rows)]
    found: list[Item] = []
    heads = [cell.text for cell in header]
    for number, row in enumerate(rows, start=1):
        links: list[Link] = []
        start = f"{head}\n" if head else ""
        text = _line(row, start, links, heads)
        found.append(
            Item(
                f"{item_id}.r{number}",
                "row",
                text,
                location,
                parent=item_id,
                order=number - 1,
                links=tuple(links),
            )
        )
    targets = dict.fromkeys(
        (link.target, link.text) for row in found for link in row.links
    ) | dict.fromkeys((target, cell.text) for cell in header for target in cell.links)
    whole = Item(
        item_id,
        "table",
        "\n".join(line for line in [head, *lines] if line),
        location,
        {"section": head} if head else {},
        parent,
        order,
        links=tuple(Link(target, text) for target, text in targets),
    )
    return [whole, *found]


def _line(row: Sequence[Cell], start: str, links: list[Link], heads: Sequence[str] = ()) -> str:
    """Cells in one line after `start`; their links are added, with where their cells stand."""
    text, gap = start, ""
    for column, cell in enumerate(row):
        if not cell.text:
            continue
        name = heads[column] if column < len(heads) else ""
        text += gap + (f"{name}: " if name else "")
        span = (len(text), len(text) + len(cell.text))
        links += [Link(target, cell.text, span) for target in cell.links]
        text += cell.text
        gap = "; " if heads else " | "
    return text
