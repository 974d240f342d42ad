"""The graph of what a collection holds, read as a walk meets it.

The database keeps links in the order of their sources, and beside them by their targets: rows of a
sparse matrix and of its transpose, which change with each commit and outlive a crash as it does. A
search reads the documents that it meets, and no others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Int64
from trovato.index.graph.graph import MOST_NEIGHBOURS, Direction, Edges, Level
from trovato.index.graph.levels import check_level, is_node_kind
from trovato.index.graph.stored_document import StoredDocument, StoredNode, read_document
from trovato.index.store.ids import find_item, parent_of, root_of_file, sources_of


class StoredGraph:
    """A `Graph` whose nodes are numbered by their rows.

    Parameters
    ----------
    connection
        To a collection, of which it sees one state.
    level
        See `LayeredGraph.of`.

    Raises
    ------
    InvalidInputError
        If the level is unknown.
    """

    def __init__(self, connection: sqlite3.Connection, level: Level = "part") -> None:
        check_level(level)
        self._connection = connection
        self._level: Level = level
        self._documents: dict[int, StoredDocument] = {}  # of each item that was met
        self._nodes: dict[int, StoredNode] = {}
        self._row_of: Callable[[str], int | None] = cache(self._find)
        self._linking = cache(self._links_to)

    def row_of(self, name: str) -> int | None:
        """The row of the item of that id, if there is one."""
        return self._row_of(name)

    def node_of(self, row: int) -> int | None:
        """The node that an item speaks for; None where it speaks for none."""
        return self._document(row).speaks.get(row)

    def names_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """The id of each node."""
        return [self._node(node).id for node in nodes.tolist()]

    def children_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[tuple[str, ...]]:
        """For each node, ids of the items whose texts and vectors speak for it."""
        return [self._node(node).children for node in nodes.tolist()]

    def components_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """For each node, the id of its component."""
        return [self._node(node).component for node in nodes.tolist()]

    def documents_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """For each node, the id of its document."""
        return [self._document(node).id for node in nodes.tolist()]

    def groups_of(self, node: int) -> frozenset[str]:
        """Ids of what a node is, and of all that it is a part of."""
        return frozenset(self._node(node).groups)

    def in_id_order(self, nodes: Int64[np.ndarray, " nodes"]) -> Int64[np.ndarray, " nodes"]:
        """The same nodes by rising id."""
        return np.array(sorted(nodes.tolist(), key=self._id), np.int64)

    def neighbours(
        self,
        nodes: Int64[np.ndarray, " nodes"],
        direction: Direction = "out",
        most: int = MOST_NEIGHBOURS,
    ) -> Edges:
        """What some nodes are linked to; see `Graph.neighbours`."""
        places: list[int] = []
        targets: list[int] = []
        for place, node in enumerate(nodes.tolist()):
            found = [sorted(self._outwards(node), key=self._id), self._inside(node)]
            if direction == "both":
                found.append(self._backwards(node))
            for sort in found:
                first = list(islice(sort, most))
                places += [place] * len(first)
                targets += first
        return np.array(places, np.int64), np.array(targets, np.int64)

    def are_linked(self, source: int, target: int) -> bool:
        """Whether a link leads from one node to another, or to what that is a part of."""
        return target in self._outwards(source)

    def _id(self, node: int) -> str:
        return self._node(node).id

    def _node(self, row: int) -> StoredNode:
        if row not in self._nodes:
            self._document(row)
        return self._nodes[row]

    def _document(self, row: int) -> StoredDocument:
        """The document of an item, read when the first of its items is met."""
        if row not in self._documents:
            root = root_of_file(self._connection, row)
            seen = {root}
            while (above := parent_of(self._connection, root))[1] is not None:
                root = above[1]
                if root in seen:
                    raise InvalidInputError(f"{above[0]!r} is a part of its own part")
                seen.add(root)
            document = read_document(self._connection, root, above[0], self._level)
            self._nodes.update(document.nodes)
            self._documents.update(dict.fromkeys(document.rows.values(), document))
        return self._documents[row]

    def _find(self, name: str) -> int | None:
        return find_item(self._connection, name)

    def _outwards(self, node: int) -> set[int]:
        found: set[int] = set()
        for target in self._node(node).targets:
            row = self._row_of(target)
            if row is not None:
                document = self._document(row)
                group = document.landing.get(target)
                found.update(document.members[group] if group is not None else ())
        return found

    def _inside(self, node: int) -> Iterator[int]:
        own = self._node(node).component
        document = self._document(node)
        return (other for other, about in document.nodes.items() if about.component != own)

    def _backwards(self, node: int) -> Iterator[int]:
        """Nodes whose links lead to a node or what it is a part of, by id, read one by one."""
        landing = self._document(node).landing
        groups = self._node(node).groups
        names = [name for name, group in landing.items() if group in groups]
        sources = {source for name in names for source in self._linking(name)}
        seen: set[int] = set()
        for _, row, name in sorted(sources):
            found = self._document(row).links.get(name)
            if found is not None and found not in seen:
                seen.add(found)
                yield found

    def _links_to(self, target: str) -> list[tuple[str, int, str]]:
        """What links to an id: the id of its node, should it have one, its row and its own id."""
        return [
            (name if is_node_kind(kind, self._level) else parent or name, row, name)
            for row, name, kind, parent in sources_of(self._connection, target)
        ]
