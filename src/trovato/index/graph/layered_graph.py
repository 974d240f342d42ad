"""What is linked to what, and what is a part of what, in arrays.

Edges are never written out: a node knows the groups that it links to, and a group knows its nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from trovato.core import Item
from trovato.core.shapes import Int64
from trovato.index.graph.graph import MOST_NEIGHBOURS, Direction, Edges, Level
from trovato.index.graph.item_tree import ItemTree
from trovato.index.graph.levels import (
    check_level,
    children_of,
    component_of,
    linking_items,
    nodes_of,
)
from trovato.ops.graph import Adjacency


@dataclass(frozen=True, slots=True, eq=False)
class LayeredGraph:
    """A `Graph` in memory: nodes by number, in the order of their ids.

    Parameters
    ----------
    nodes
        Ids of the nodes, rising.
    children
        For each node, ids of the items whose texts and vectors speak for it.
    component, document
        For each node, the groups of its component and of its document.
    groups
        Ids of all items that a node is, or is a part of, rising: what links lead to.
    members, memberships
        The nodes of each group, and the groups of each node.
    links, backlinks
        The groups that each node links to, and the nodes that link to each group.
    dangling
        Links whose target is not there: id of the item, and the target.
    """

    nodes: tuple[str, ...]
    children: tuple[tuple[str, ...], ...]
    component: Int64[np.ndarray, " nodes"]
    document: Int64[np.ndarray, " nodes"]
    groups: tuple[str, ...]
    members: Adjacency
    memberships: Adjacency
    links: Adjacency
    backlinks: Adjacency
    dangling: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(items: Iterable[Item], level: Level = "part") -> LayeredGraph:
        """The graph of some items, in any order.

        Parameters
        ----------
        items
            Documents, components and their parts. An item by itself, without parts or parent, is a
            component and its document.
        level
            "part": rows are nodes, and so is every component without rows. "component": components
            are nodes, and their rows, sentences and crops speak for them, as in the paper.

        Raises
        ------
        InvalidInputError
            If the level is unknown, two items have one id, or parts go round in a circle.
        """
        check_level(level)
        tree = ItemTree(items)
        nodes = tuple(nodes_of(tree, level))
        above = [tree.upwards(node) for node in nodes]
        groups = tuple(sorted({name for names in above for name in names}))
        number = {name: place for place, name in enumerate(groups)}
        memberships = _adjacency(
            [(place, number[name]) for place, names in enumerate(above) for name in names],
            len(nodes),
        )
        links: list[tuple[int, int]] = []
        dangling: dict[tuple[str, str], None] = {}
        for place, node in enumerate(nodes):
            for source in linking_items(tree, node):
                for target in tree.links(source):
                    group = _group(tree, target, number)
                    if group is None:
                        dangling[source, target] = None
                    else:
                        links.append((place, group))
        outgoing = _adjacency(links, len(nodes))
        return LayeredGraph(
            nodes,
            tuple(children_of(tree, node, level) for node in nodes),
            np.array([number[component_of(tree, names)] for names in above], np.int64),
            np.array([number[names[-1]] for names in above], np.int64),
            groups,
            memberships.reversed(len(groups)),
            memberships,
            outgoing,
            outgoing.reversed(len(groups)),
            tuple(dangling),
        )

    def __len__(self) -> int:
        return len(self.nodes)

    def names_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """The id of each node."""
        return [self.nodes[node] for node in nodes.tolist()]

    def children_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[tuple[str, ...]]:
        """For each node, ids of the items whose texts and vectors speak for it."""
        return [self.children[node] for node in nodes.tolist()]

    def components_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """For each node, the id of its component."""
        return [self.groups[group] for group in self.component[nodes].tolist()]

    def documents_of(self, nodes: Int64[np.ndarray, " nodes"]) -> list[str]:
        """For each node, the id of its document."""
        return [self.groups[group] for group in self.document[nodes].tolist()]

    def in_id_order(self, nodes: Int64[np.ndarray, " nodes"]) -> Int64[np.ndarray, " nodes"]:
        """The same nodes by rising id, which is their number."""
        return np.sort(nodes)

    def neighbours(
        self,
        nodes: Int64[np.ndarray, " nodes"],
        direction: Direction = "out",
        most: int = MOST_NEIGHBOURS,
    ) -> Edges:
        """What some nodes are linked to; see `Graph.neighbours`."""
        found = [self._outwards(nodes, most), self._inside(nodes, most)]
        if direction == "both":
            found.append(self._backwards(nodes, most))
        return (
            np.concatenate([places for places, _ in found]),
            np.concatenate([targets for _, targets in found]),
        )

    def groups_of(self, node: int) -> frozenset[str]:
        """Ids of what a node is, and of all that it is a part of."""
        _, groups = self.memberships.of_sources(np.array([node]))
        return frozenset(self.groups[group] for group in groups.tolist())

    def are_linked(self, source: int, target: int) -> bool:
        """Whether a link leads from one node to another, or to what that is a part of."""
        _, targets = self._outwards(np.array([source]), len(self))
        return bool(np.any(targets == target))

    def _outwards(self, nodes: Int64[np.ndarray, " nodes"], most: int) -> Edges:
        places, groups = self.links.of_sources(nodes)
        inner, targets = self.members.of_sources(groups)
        return _first(places[inner], targets, most)

    def _inside(self, nodes: Int64[np.ndarray, " nodes"], most: int) -> Edges:
        places, targets = self.members.of_sources(self.document[nodes])
        other = self.component[nodes[places]] != self.component[targets]
        return _first(places[other], targets[other], most)

    def _backwards(self, nodes: Int64[np.ndarray, " nodes"], most: int) -> Edges:
        places, groups = self.memberships.of_sources(nodes)
        inner, sources = self.backlinks.of_sources(groups)
        return _first(places[inner], sources, most)


def _group(tree: ItemTree, target: str, number: dict[str, int]) -> int | None:
    """The group that a link leads to; the component's where the target is a part of one."""
    if target not in tree:
        return None
    return next((number[name] for name in tree.upwards(target) if name in number), None)


def _adjacency(pairs: list[tuple[int, int]], count: int) -> Adjacency:
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return Adjacency.of(ends[:, 0], ends[:, 1], count)


def _first(
    places: Int64[np.ndarray, " found"], targets: Int64[np.ndarray, " found"], most: int
) -> Edges:
    """At most so many edges of each place, each once, the lowest targets."""
    order = np.lexsort((targets, places))
    places, targets = places[order], targets[order]
    new = np.ones(len(places), np.bool_)
    new[1:] = (places[1:] != places[:-1]) | (targets[1:] != targets[:-1])
    places, targets = places[new], targets[new]
    within = np.arange(len(places)) - np.searchsorted(places, places)
    return places[within < most], targets[within < most]
