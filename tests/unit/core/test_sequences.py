import numpy as np
import pytest

from trovato.core import InvalidInputError, Sequences


def lists(histories: Sequences) -> list[list[int]]:
    return [items.tolist() for items in histories]


def test_pairs_keep_their_order() -> None:
    got = Sequences.of(np.array([2, 0, 2, 0]), np.array([5, 9, 3, 1]), 4)
    assert lists(got) == [[9, 1], [], [5, 3], []]
    assert got.lengths.tolist() == [2, 0, 2, 0]
    assert got.users.tolist() == [0, 0, 2, 2]
    assert lists(got.last(1)) == [[1], [], [3], []]
    assert lists(got.take(np.array([2, 1, 0]))) == [[5, 3], [], [9, 1]]
    assert lists(got.take(np.zeros(0, np.int64))) == []


def test_offsets_must_describe_the_items() -> None:
    for offsets in ([0, 1], [1, 2], [0, 3, 2], []):
        with pytest.raises(InvalidInputError):
            Sequences(np.arange(2), np.array(offsets, np.int64))
    with pytest.raises(IndexError):
        Sequences(np.arange(2), np.array([0, 2]))[1]


def test_items_that_come_again_stand_where_they_came_last() -> None:
    seen = Sequences.of(np.array([0, 0, 1, 0, 0, 2]), np.array([5, 7, 5, 5, 9, 1]), 4)
    assert [items.tolist() for items in seen.distinct()] == [[7, 5, 9], [5], [1], []]
    assert len(Sequences(np.zeros(0, np.int64), np.zeros(1, np.int64)).distinct()) == 0
