"""Reasons for recommendations against what is known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import Recommender
from trovato.retrieve.recommenders import (
    ContentNeighbours,
    ItemNeighbours,
    ItemScores,
    explain_recommendations,
)


def neighbours() -> ItemNeighbours:
    """Items 0 and 1 are near item 3 (.5 and .25), item 2 is near item 4 (.75)."""
    return ItemNeighbours(
        np.array([[3], [3], [4], [-1], [-1]]),
        np.array([[0.5], [0.25], [0.75], [0], [0]], np.float32),
    )


def test_an_item_owes_its_score_to_what_is_near_it() -> None:
    found = explain_recommendations(neighbours(), np.array([0, 1, 2]), np.array([4, 3]))
    assert found.causes.tolist() == [2, 1, 0]
    assert found.losses.tolist() == [[0.75, 0, 0], [0, 0.25, 0.5]]
    assert found.best(0) == [(2, 0.75)]
    assert found.best(1) == [(0, 0.5), (1, 0.25)]
    assert found.best(1, most=1) == [(0, 0.5)]


def test_what_comes_twice_is_one_cause() -> None:
    found = explain_recommendations(neighbours(), np.array([0, 2, 0]), np.array([3]))
    assert found.causes.tolist() == [0, 2]
    assert found.best(0) == [(0, 1.0)]  # without it, both rows are gone


@pytest.mark.parametrize(
    "recommender",
    [
        ItemScores(np.arange(5, dtype=np.float32)),
        ContentNeighbours(np.zeros((5, 2), np.float32), 3),
    ],
)
def test_where_no_item_matters_there_are_no_reasons(recommender: Recommender) -> None:
    found = explain_recommendations(recommender, np.array([0, 1]), np.array([3, 4]))
    assert found.best(0) == found.best(1) == []


def test_an_empty_history_and_nothing_recommended() -> None:
    none = np.zeros(0, np.int64)
    assert explain_recommendations(neighbours(), none, np.array([3])).best(0) == []
    assert explain_recommendations(neighbours(), np.array([1]), none).losses.shape == (0, 1)


def test_only_the_newest_are_tried() -> None:
    many = ItemScores(np.zeros(80, np.float32))
    assert explain_recommendations(many, np.arange(80), np.array([0])).causes.tolist() == [
        *range(79, 29, -1)
    ]
