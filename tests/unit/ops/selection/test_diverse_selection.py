"""Greedy choice by score × distance."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import easy_to_hard, select_diverse


def test_of_duplicates_none_is_chosen_before_all_others_that_score() -> None:
    random = np.random.default_rng(3)
    vectors = random.standard_normal((20, 6))
    scores = random.random(20) + 0.01
    found = select_diverse(np.tile(scores, 2), np.tile(vectors, (2, 1)), 40)
    assert sorted(found.chosen[:20] % 20) == list(range(20))
    assert (found.chosen[:20] < 20).all()
    assert found.chosen[20:].tolist() == list(range(20, 40))


def test_equals_are_chosen_by_their_place() -> None:
    assert select_diverse(np.ones(5), np.ones((5, 3)), 5).chosen.tolist() == [0, 1, 2, 3, 4]
    assert select_diverse(np.zeros(3), np.eye(3), 3).chosen.tolist() == [0, 1, 2]
    same = select_diverse(np.array([0.1, 0.9, 0.5, 0.9]), np.ones((4, 2)), 4)
    assert same.chosen.tolist() == [1, 0, 2, 3]


def test_all_and_more_than_all_can_be_asked_for_and_none() -> None:
    vectors = np.eye(4)
    scores = np.array([0.4, 0.3, 0.2, 0.1])
    assert select_diverse(scores, vectors, 9).chosen.tolist() == [0, 1, 2, 3]
    assert select_diverse(scores, vectors, 0).chosen.tolist() == []
    one = select_diverse(np.array([0.5]), np.ones((1, 2)), 1)
    assert (one.chosen.tolist(), one.nearest.tolist(), one.distances.tolist()) == ([0], [0], [0.0])


def test_each_row_knows_the_nearest_chosen_one() -> None:
    vectors = np.array([[1.0, 0], [0, 1], [0.9, 0.1], [-1, 0]])
    found = select_diverse(np.array([1.0, 0.9, 0.1, 0.01]), vectors, 2)
    assert found.chosen.tolist() == [0, 1]
    assert found.nearest.tolist() == [0, 1, 0, 1]
    np.testing.assert_allclose(found.distances, [0, 0, 1 - 0.9 / np.sqrt(0.82), 1], atol=1e-6)
    np.testing.assert_allclose(found.gains, [1.0, 0.9])


def test_rows_name_the_embeddings_of_the_scores() -> None:
    random = np.random.default_rng(0)
    vectors, scores = random.standard_normal((50, 4)), random.random(50)
    rows = random.permutation(50)[:30]
    found = select_diverse(scores[rows], vectors, 10, rows=rows)
    alone = select_diverse(scores[rows], vectors[rows], 10)
    np.testing.assert_array_equal(found.chosen, alone.chosen)
    np.testing.assert_array_equal(found.nearest, alone.nearest)


@pytest.mark.parametrize(
    ("scores", "k", "wrong"),
    [
        ([0.1, -0.2], 1, "at least 0"),
        ([0.1, np.nan], 1, "finite"),
        ([0.1, 0.2], -1, "0 or more"),
        ([0.1], 1, "as many scores"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused(scores: list[float], k: int, wrong: str) -> None:
    with pytest.raises(InvalidInputError, match=wrong):
        select_diverse(np.array(scores), np.eye(2), k)


def test_a_curriculum_runs_from_easy_to_hard_in_each_group_and_the_rest_joins_the_last() -> None:
    means = np.array([0.1, 0.9, 0.5, 0.3, 0.3, 0.8, 0.0])
    assert easy_to_hard(means, 3).tolist() == [1, 0, 2, 3, 5, 4, 6]
    assert easy_to_hard(means).tolist() == [1, 5, 2, 3, 4, 0, 6]
    with pytest.raises(InvalidInputError, match="into 8 groups"):
        easy_to_hard(means, 8)
