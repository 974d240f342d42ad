"""The walk over arrays against one over sets and dictionaries, as slow and plain as it gets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trovato.core import generator
from trovato.ops.graph import Adjacency, beam_search

Unit = tuple[int, int]


def plain_score(children: dict[int, list[list[float]]], nodes: set[int], parts: int) -> float:
    """Σ over parts of the best similarity of any child of any of the nodes."""
    rows = [row for node in sorted(nodes) for row in children[node]]
    return math.fsum(max((row[part] for row in rows), default=-math.inf) for part in range(parts))


def plain_walk(
    seeds: list[int],
    links: dict[int, set[int]],
    children: dict[int, list[list[float]]],
    parts: int,
    beam: int,
    hops: int,
) -> list[tuple[Unit, float]]:
    """Every edge by itself, kept in a dictionary, sorted whole."""
    frontier = seeds
    ranked = [((seed, seed), plain_score(children, {seed}, parts)) for seed in seeds]
    ranked.sort(key=lambda entry: (-entry[1], entry[0]))
    for _ in range(hops):
        units: dict[Unit, float] = {}
        for node in frontier:
            targets = links[node] - {node}
            for other in targets or {node}:
                both = plain_score(children, {node, other}, parts)
                alone = {one: plain_score(children, {one}, parts) for one in (node, other)}
                best = max(alone.values())
                if best >= both - 1e-6 * abs(both):
                    end = min(one for one in alone if alone[one] == best)
                    unit, score = (end, end), best
                else:
                    unit, score = (min(node, other), max(node, other)), both
                units[unit] = max(score, units.get(unit, -math.inf))
        ranked = sorted(units.items(), key=lambda entry: (-entry[1], entry[0]))
        frontier = list(dict.fromkeys(end for unit, _ in ranked[:beam] for end in unit))[:beam]
    return ranked


@pytest.mark.parametrize("block", range(10))
def test_the_walk_is_that_of_plain_sets(block: int, unchecked: None) -> None:
    """Few values, so that ties are everywhere; loops, nodes alone, links there and back."""
    for case in range(50):
        draw = generator(block * 50 + case, "graphs")
        nodes, parts = int(draw.integers(1, 14)), int(draw.integers(1, 5))
        pairs = draw.integers(0, nodes, (int(draw.integers(0, 3 * nodes)), 2))
        links: dict[int, set[int]] = {node: set() for node in range(nodes)}
        for source, target in pairs.tolist():
            links[source].add(target)
        # Quarters are exact in float32, so that equal sums are equal in any order.
        children = {
            node: (draw.integers(-2, 5, (int(draw.integers(1, 4)), parts)) / 4).tolist()
            for node in range(nodes)
        }
        best = np.array([np.max(children[node], axis=0) for node in range(nodes)], np.float32)
        adjacency = Adjacency.of(pairs[:, 0], pairs[:, 1], nodes)
        seeds = draw.permutation(nodes)[: int(draw.integers(1, nodes + 1))]
        beam, hops = int(draw.integers(1, 8)), int(draw.integers(0, 4))
        found = beam_search(seeds, adjacency.of_sources, best.__getitem__, beam=beam, hops=hops)
        wanted = plain_walk(seeds.tolist(), links, children, parts, beam, hops)
        units = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
        assert units == [unit for unit, _ in wanted]
        assert found.scores.tolist() == pytest.approx([score for _, score in wanted], abs=1e-6)
