"""A walk over linked nodes that keeps the edges which meet the question best.

Source: LILaC (Yun, Lee and Han 2025, algorithm 1).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Int64
from trovato.ops.graph.edges import Units, edge_scores, edge_units


@runtime_checkable
class Neighbours(Protocol):
    """Knows what is linked to some nodes."""

    def __call__(
        self, nodes: Int64[np.ndarray, " nodes"], /
    ) -> tuple[Int64[np.ndarray, " edges"], Int64[np.ndarray, " edges"]]:
        """For each edge, the place of its source in `nodes`, and its target."""


@runtime_checkable
class NodeOrder(Protocol):
    """Knows the order in which ties of nodes break."""

    def __call__(self, nodes: Int64[np.ndarray, " nodes"], /) -> Int64[np.ndarray, " nodes"]:
        """The same nodes in that order."""


@runtime_checkable
class NodeScores(Protocol):
    """Knows how well nodes meet each part of a question."""

    def __call__(
        self, nodes: Int64[np.ndarray, " nodes"], /
    ) -> Float32[np.ndarray, "nodes columns"]:
        """One row per node, one column per part of the question."""


def beam_search(
    seeds: Int64[np.ndarray, " seeds"],
    neighbours: Neighbours,
    columns: NodeScores,
    *,
    beam: int = 30,
    hops: int = 1,
    per_node: int | None = None,
    in_order: NodeOrder = np.sort,
) -> Units:
    """Walk from the seeds along edges, `hops` times, and give back the best edges of the last step.

    In each step all edges of the frontier are scored, and a node without edges stands for itself.
    The ends of the best `beam` of them, in that order, at most `beam` nodes, are the next frontier.
    Only nodes that are met are ever scored.

    Parameters
    ----------
    seeds
        Nodes to start from, each once.
    neighbours, columns
        What is linked, and how well nodes meet the question.
    beam
        How many edges and nodes are kept at each step, at least 1.
    hops
        Steps; with 0 the seeds stand for themselves.
    per_node
        At most so many edges of the last step go with one node as their better end, so that a
        single node does not fill the list; None for no limit.
    in_order
        The order of nodes by which ties break; by their numbers where they rise with the ids.

    Returns
    -------
    Units
        Best first, all that the last step scored: not only `beam` of them.

    Raises
    ------
    InvalidInputError
        If `beam` or `per_node` is below 1, or `hops` negative.
    """
    if beam < 1 or hops < 0 or (per_node is not None and per_node < 1):
        raise InvalidInputError(
            "beam and per_node must be at least 1 and hops at least 0, "
            f"got {beam}, {per_node} and {hops}"
        )
    if not hops:
        return _step(seeds, lambda nodes: (nodes[:0], nodes[:0]), columns, None, in_order)
    frontier = seeds
    origins: dict[int, int] = {}
    met = set(seeds.tolist())
    for _ in range(hops - 1):
        kept = _step(frontier, neighbours, columns, per_node, in_order).best(beam)
        ends = np.stack((kept.first, kept.second), axis=1)
        for one, other in ends.tolist():
            source, target = (one, other) if one in met else (other, one)
            if target not in met:
                origins[target] = source
                met.add(target)
        _, places = np.unique(ends.ravel(), return_index=True)
        frontier = ends.ravel()[np.sort(places)][:beam]
    return replace(_step(frontier, neighbours, columns, per_node, in_order), origins=origins)


def _step(
    frontier: Int64[np.ndarray, " nodes"],
    neighbours: Neighbours,
    columns: NodeScores,
    per_node: int | None,
    in_order: NodeOrder,
) -> Units:
    """The units of all edges that leave the frontier."""
    places, targets = neighbours(frontier)
    sources = frontier[places]
    real = sources != targets
    sources, targets = sources[real], targets[real]
    isolated = np.setdiff1d(frontier, sources)
    sources, targets = np.append(sources, isolated), np.append(targets, isolated)
    nodes = in_order(np.unique(np.append(sources, targets)))
    sorter = np.argsort(nodes)
    left, right = (
        sorter[np.searchsorted(nodes, ends, sorter=sorter)] for ends in (sources, targets)
    )
    values = columns(nodes)
    alone = values.sum(axis=1)
    scores = edge_scores(values, left, right)
    units = edge_units(left, right, scores, alone[left], alone[right])
    if per_node is not None:
        units = _capped(units, alone, per_node)
    return Units(nodes[units.first], nodes[units.second], units.scores)


def _capped(units: Units, alone: Float32[np.ndarray, " nodes"], per_node: int) -> Units:
    """At most `per_node` units for each better end, the best of them."""
    better = np.where(alone[units.first] >= alone[units.second], units.first, units.second)
    order = np.argsort(better, kind="stable")
    grouped = better[order]
    starts = np.searchsorted(grouped, grouped)
    kept = np.sort(order[np.arange(len(order)) - starts < per_node])
    return Units(units.first[kept], units.second[kept], units.scores[kept])
