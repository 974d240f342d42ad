"""Links in two arrays, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops.graph import Adjacency

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=30)


def of(pairs: list[tuple[int, int]]) -> Adjacency:
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return Adjacency.of(ends[:, 0], ends[:, 1], 7)


def pairs_of(adjacency: Adjacency) -> list[tuple[int, int]]:
    places, targets = adjacency.of_sources(np.arange(len(adjacency)))
    return list(zip(places.tolist(), targets.tolist(), strict=True))


@given(PAIRS)
def test_every_pair_is_there_once(pairs: list[tuple[int, int]]) -> None:
    adjacency = of(pairs)
    assert pairs_of(adjacency) == sorted(set(pairs))
    assert adjacency.degrees().sum() == len(set(pairs))
    turned = adjacency.reversed(10)
    assert pairs_of(turned) == sorted({(target, source) for source, target in pairs})
    assert pairs_of(turned.reversed(7)) == pairs_of(adjacency)


@given(PAIRS, st.lists(st.integers(0, 6), max_size=9))
def test_the_edges_of_some_sources(pairs: list[tuple[int, int]], asked: list[int]) -> None:
    places, targets = of(pairs).of_sources(np.array(asked, np.int64))
    wanted = [
        (place, target)
        for place, node in enumerate(asked)
        for source, target in sorted(set(pairs))
        if source == node
    ]
    assert list(zip(places.tolist(), targets.tolist(), strict=True)) == wanted


@pytest.mark.parametrize(
    ("sources", "targets", "said"),
    [([7], [0], "0…6"), ([-1], [0], "0…6"), ([0], [-1], "at least 0"), ([0], [], "two ends")],
)
def test_what_makes_no_graph_is_refused(
    sources: list[int], targets: list[int], said: str, unchecked: None
) -> None:
    with pytest.raises(InvalidInputError, match=said):
        Adjacency.of(np.array(sources, np.int64), np.array(targets, np.int64), 7)


def test_offsets_must_go_with_the_targets() -> None:
    with pytest.raises(InvalidInputError, match="number of edges"):
        Adjacency(np.array([0, 2]), np.array([1]))
