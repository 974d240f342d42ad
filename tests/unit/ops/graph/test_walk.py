"""Walks whose outcome can be told beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops.graph import Adjacency, beam_search

# 0 meets the first part and is linked to 3, which alone meets the second; 1 and 2 meet a little.
COLUMNS = np.array([[0.9, 0], [0.5, 0.3], [0.5, 0.2], [0, 0.9], [0.1, 0.1]], np.float32)
LINKS = Adjacency.of(np.array([0, 1, 1]), np.array([3, 2, 4]), 5)


def columns(nodes: np.ndarray) -> np.ndarray:
    return np.asarray(COLUMNS[nodes])


def test_what_is_linked_is_found_though_no_seed_had_it() -> None:
    found = beam_search(np.array([0, 1]), LINKS.of_sources, columns)
    assert (found.first[0], found.second[0]) == (0, 3)
    assert found.scores[0] == pytest.approx(1.8)
    cut = Adjacency.of(np.array([1, 1]), np.array([2, 4]), 5)
    again = beam_search(np.array([0, 1]), cut.of_sources, columns)
    assert 3 not in again.first
    assert 3 not in again.second


def test_without_hops_the_seeds_stand_for_themselves() -> None:
    found = beam_search(np.array([4, 0, 1]), LINKS.of_sources, columns, hops=0)
    assert found.first.tolist() == found.second.tolist() == [0, 1, 4]


def test_one_part_makes_every_edge_a_node() -> None:
    found = beam_search(np.array([0, 1]), LINKS.of_sources, lambda nodes: COLUMNS[nodes][:, :1])
    assert found.first.tolist() == found.second.tolist()


def test_a_second_hop_goes_on_from_what_was_found() -> None:
    chain = Adjacency.of(np.array([0, 3]), np.array([3, 1]), 5)
    found = beam_search(np.array([0]), chain.of_sources, columns, hops=2)
    assert (1, 3) in zip(found.first.tolist(), found.second.tolist(), strict=True)


def test_one_node_does_not_fill_the_list() -> None:
    hub = Adjacency.of(np.zeros(4, np.int64), np.arange(1, 5), 5)
    free = beam_search(np.array([0]), hub.of_sources, columns)
    assert len(free) == 4
    capped = beam_search(np.array([0]), hub.of_sources, columns, per_node=2)
    assert capped.scores.tolist() == free.scores[:2].tolist()


def test_ties_break_by_the_order_that_is_told() -> None:
    hub = Adjacency.of(np.zeros(4, np.int64), np.arange(1, 5), 5)

    def equal(nodes: np.ndarray, /) -> np.ndarray:
        return np.where(nodes[:, None] == 0, [[1, 0]], [[0, 1]]).astype(np.float32)

    found = beam_search(np.array([0]), hub.of_sources, equal, in_order=lambda nodes: nodes[::-1])
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [
        (4, 0),
        (3, 0),
        (2, 0),
        (1, 0),
    ]


@pytest.mark.parametrize("wrong", [{"beam": 0}, {"hops": -1}, {"per_node": 0}])
def test_what_makes_no_walk_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="at least"):
        beam_search(np.array([0]), LINKS.of_sources, columns, **wrong)
