"""Edges that meet what neither end meets alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trovato.ops.graph import Units, edge_scores, edge_units, segment_max

ZERO, ONE = np.array([0]), np.array([1])
THREE = arrays(np.float32, (3, 4), elements=st.integers(-8, 8).map(lambda n: n / 8))


def score(table: list[list[float]], split: int) -> tuple[Units, float]:
    """One edge between the first `split` children and the rest; a row for each part asked."""
    similarities = np.array(table, np.float32).T
    columns = segment_max(similarities, np.array([0, split, len(similarities)]))
    alone = columns.sum(axis=1)
    edge = edge_scores(columns, ZERO, ONE)
    return edge_units(ZERO, ONE, edge, alone[:1], alone[1:]), float(edge[0])


def test_the_example_of_the_paper() -> None:
    units, edge = score([[0.2, 0.3, 0.8, 0.7, 0.3], [0.7, 0.6, 0.2, 0.3, 0.1]], 2)
    assert edge == pytest.approx(1.5)
    assert (units.first[0], units.second[0]) == (0, 1)
    units, edge = score([[0.5, 0.6, 0.8, 0.7, 0.3], [0.1, 0.2, 0.2, 0.3, 0.1]], 2)
    assert edge == pytest.approx(1.1)
    assert (units.first[0], units.second[0]) == (1, 1)  # the second has all of it by itself


def test_a_segment_without_rows_meets_nothing() -> None:
    values = np.array([[1, 2], [3, 0]], np.float32)
    found = segment_max(values, np.array([0, 0, 2, 2]))
    assert found.tolist() == [[-np.inf, -np.inf], [3, 2], [-np.inf, -np.inf]]
    assert segment_max(values[:0], np.array([0, 0])).tolist() == [[-np.inf, -np.inf]]


@given(THREE)
def test_what_holds_for_every_edge(columns: np.ndarray) -> None:
    pair = edge_scores(columns, ZERO, ONE)[0]
    assert pair == edge_scores(columns, ONE, ZERO)[0]
    assert pair >= columns.sum(axis=1)[:2].max()
    assert edge_scores(columns[:, :1], ZERO, ONE)[0] == columns[:2, 0].max()
    doubled = np.concatenate([columns, columns[:, :1]], axis=1)
    assert edge_scores(doubled, ZERO, ONE)[0] == pair + columns[:2, 0].max()
    # What a third node adds to one is at least what it adds to two: submodular.
    one, two = columns[0], np.maximum(columns[0], columns[1])
    assert (np.maximum(one, columns[2]) - one).sum() >= (np.maximum(two, columns[2]) - two).sum()


def test_many_edges_are_scored_in_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = np.arange(12, dtype=np.float32).reshape(4, 3)
    left, right = np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4)
    whole = edge_scores(columns, left, right)
    monkeypatch.setattr("trovato.ops.graph.edges._TILE", 5)
    assert edge_scores(columns, left, right).tolist() == whole.tolist()
