"""What a walk asks of a graph, wherever its nodes and links lie."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import numpy as np

from trovato.core.shapes import Int64

Level = Literal["part", "component"]
Direction = Literal["out", "both"]

Edges = tuple[Int64[np.ndarray, " edges"], Int64[np.ndarray, " edges"]]

# A node with more neighbours of one sort, such as a list of everything, has the first of them.
MOST_NEIGHBOURS = 1000


@runtime_checkable
class Graph(Protocol):
    """Nodes by number: rows and components, their documents, and what is linked to them."""

    def names_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """The id of each node."""

    def children_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[tuple[str, ...]]:
        """For each node, ids of the items whose texts and vectors speak for it."""

    def components_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """For each node, the id of its component."""

    def documents_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """For each node, the id of its document."""

    def groups_of(self, node: int) -> frozenset[str]:
        """Ids of what a node is, and of all that it is a part of: what links to it may name."""

    def in_id_order(self, nodes: Int64[np.ndarray, " nodes"]) -> Int64[np.ndarray, " nodes"]:
        """The same nodes by rising id."""

    def neighbours(
        self,
        nodes: Int64[np.ndarray, " nodes"],
        direction: Direction = "out",
        most: int = MOST_NEIGHBOURS,
    ) -> Edges:
        """What some nodes are linked to: the rest of their documents, and where their links lead.

        A link to a document leads to each of its nodes. Parts of one component are not linked to
        each other.

        Parameters
        ----------
        nodes
            By number.
        direction
            "out" follows links; "both" follows them backwards as well.
        most
            A node with more neighbours of one sort has only the first of them, by id.

        Returns
        -------
        places, targets
            For each edge, the place of its source in `nodes`, and the node that it leads to.
        """

    def are_linked(self, source: int, target: int) -> bool:
        """Whether a link leads from one node to another, or to what that is a part of."""
