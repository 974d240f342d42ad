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
) -> Units:
    """Walk from the seeds along edges, `hops` times, and give back the best edges of the last step.

    In each step all edges of the frontier are scored, and a node without edges stands for itself.
    The ends of the best `beam` of them, in that order, at most `beam` nodes, are the next frontier.
    Only nodes that are met are ever scored.

    Parameters
    ----------
    seeds
        Nodes to start from, each once. Nodes are numbered in the order of their ids, by which ties
        break.
    neighbours, columns
        What is linked, and how well nodes meet the question.
    beam
        How many edges and nodes are kept at each step, at least 1.
    hops
        Steps; with 0 the seeds stand for themselves.
    per_node
        At most so many edges of the last step go with one node as their better end, so that a
        single node does not fill the list; None for no limit.

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
        return _step(seeds, lambda nodes: (nodes[:0], nodes[:0]), columns, None)
    frontier = seeds
    origins: dict[int, int] = {}
    met = set(seeds.tolist())
    for _ in range(hops - 1):
        kept = _step(frontier, neighbours, columns, per_node).best(beam)
        ends = np.stack((kept.first, kept.second), axis=1)
        for one, other in ends.tolist():
            source, target = (one, other) if one in met else (other, one)
            if target not in met:
                origins[target] = source
                met.add(target)
        _, places = np.unique(ends.ravel(), return_index=True)
        frontier = ends.ravel()[np.sort(places)][:beam]
    return replace(_step(frontier, neighbours, columns, per_node), origins=origins)


def _step(
    frontier: Int64[np.ndarray, " nodes"],
    neighbours: Neighbours,
    columns: NodeScores,
    per_node: int | None,
) -> Units:
    """The units of all edges that leave the frontier."""
    places, targets = neighbours(frontier)
    sources = frontier[places]
    real = sources != targets
    sources, targets = sources[real], targets[real]
    isolated = np.setdiff1d(frontier, sources)
    sources, targets = np.append(sources, isolated), np.append(targets, isolated)
    nodes, rows = np.unique(np.append(sources, targets), return_inverse=True)
    left, right = rows[: len(sources)], rows[len(sources) :]
    values = columns(nodes)
    alone = values.sum(axis=1)
    scores = edge_scores(values, left, right)
    units = edge_units(sources, targets, scores, alone[left], alone[right])
    return units if per_node is None else _capped(units, nodes, alone, per_node)


def _capped(
    units: Units,
    nodes: Int64[np.ndarray, " nodes"],
    alone: Float32[np.ndarray, " nodes"],
    per_node: int,
) -> Units:
    """At most `per_node` units for each better end, the best of them."""
    first = alone[np.searchsorted(nodes, units.first)]
    second = alone[np.searchsorted(nodes, units.second)]
    better = np.where(first >= second, units.first, units.second)
    order = np.argsort(better, kind="stable")
    grouped = better[order]
    starts = np.searchsorted(grouped, grouped)
    kept = np.sort(order[np.arange(len(order)) - starts < per_node])
    return Units(units.first[kept], units.second[kept], units.scores[kept])
