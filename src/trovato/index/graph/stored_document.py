"""One document of a collection: its nodes, and where its links lead."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from trovato.core import Item, Link
from trovato.index.graph.graph import Level
from trovato.index.graph.item_tree import ItemTree
from trovato.index.graph.levels import children_of, component_of, linking_items, nodes_of
from trovato.index.store.contents import EXTERNAL_ID, links_of, of_rows
from trovato.index.store.ids import items_below


@dataclass(frozen=True, slots=True)
class StoredNode:
    """A node with all that is known of it.

    Parameters
    ----------
    id
        Its own.
    groups
        Ids of itself, and of all that it is a part of, upwards.
    component
        The id of its component.
    children
        Ids of what speaks for it.
    targets
        Ids that it links to, each once.
    """

    id: str
    groups: tuple[str, ...]
    component: str
    children: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A tree of items.

    Parameters
    ----------
    id
        Of its root.
    rows
        Of all its items, by id.
    nodes
        By row, in the order of their ids.
    members
        Rows of the nodes of each group, in the order of their ids.
    landing
        The group that a link to each item leads to: its own, or that of what it is a part of.
    speaks, links
        The row of the node that each item speaks for, and of that whose links it has.
    """

    id: str
    rows: dict[str, int]
    nodes: dict[int, StoredNode]
    members: dict[str, list[int]]
    landing: dict[str, str]
    speaks: dict[int, int]
    links: dict[str, int]


def read_document(
    connection: sqlite3.Connection, root: int, root_id: str, level: Level
) -> StoredDocument:
    """The document below an item that is part of nothing.

    Raises
    ------
    InvalidInputError
        If an item is a part of its own part.
    """
    below = [row for (row,) in connection.execute(*items_below(root_id))]
    rows, items = _lean_items(connection, [root, *below], root)
    tree = ItemTree(items)
    document = StoredDocument(root_id, rows, {}, {}, {}, {}, {})
    for name in nodes_of(tree, level):
        row, groups, children = rows[name], tree.upwards(name), children_of(tree, name, level)
        linking = linking_items(tree, name)
        targets = dict.fromkeys(target for one in linking for target in tree.links(one))
        document.nodes[row] = StoredNode(
            name, tuple(groups), component_of(tree, groups), children, tuple(targets)
        )
        for group in groups:
            document.members.setdefault(group, []).append(row)
        document.speaks.update((rows[child], row) for child in children)
        document.links.update((one, row) for one in linking)
    for name in tree:
        for above in tree.upwards(name):
            if above in document.members:
                document.landing[name] = above
                break
    return document


def _lean_items(
    connection: sqlite3.Connection, wanted: Iterable[int], root: int
) -> tuple[dict[str, int], list[Item]]:
    """Items without texts, and their rows by id; the root is a part of nothing."""
    found = of_rows(
        connection,
        f"items.item, {EXTERNAL_ID}, coalesce(items.kind, files.kind), items.parent, name, "
        "items.page > 0 AND items.place IS NULL",
        wanted,
    )
    links = links_of(connection, [row for row, *_ in found])
    rows: dict[str, int] = {}
    items = []
    for row, name, kind, parent, file, is_page in found:
        above = None if row == root else file if is_page else parent
        items.append(
            Item(name, kind, parent=above, links=tuple(Link(target) for target in links[row]))
        )
        rows[name] = row
    return rows, items
