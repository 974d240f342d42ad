from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import top_k, top_rows

# Few distinct scores, so that ties cross every border.
SCORES = st.lists(st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0, np.inf]), max_size=40)


@given(SCORES, st.randoms(use_true_random=False), st.integers(0, 45), st.booleans())
def test_equals_the_full_sort(scores: list[float], random: Random, k: int, named: bool) -> None:
    ids: list[Any] = [f"id{number}" if named else number for number in range(len(scores))]
    random.shuffle(ids)
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], ids[place]))
    slow = [place for place in order if scores[place] > -np.inf][:k]
    assert top_k(np.array(scores, np.float32), ids, k).tolist() == slow


def test_not_a_number_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="NaN"):
        top_k(np.array([1, np.nan]), ["a", "b"], 1)


def test_one_id_per_score() -> None:
    with pytest.raises(InvalidInputError, match="id"):
        top_k(np.array([1.0, 2.0]), ["a"], 1)


def test_a_negative_k() -> None:
    with pytest.raises(InvalidInputError, match="at least 0"):
        top_k(np.array([1.0]), ["a"], -1)


@given(SCORES, st.randoms(use_true_random=False), st.integers(0, 45))
def test_rows_are_ordered_alike_and_only_ties_are_named(
    scores: list[float], random: Random, k: int
) -> None:
    rows = list(range(100, 100 + len(scores)))
    random.shuffle(rows)
    ids = {row: f"id{random.random()}" for row in rows}
    given_scores, asked = dict(zip(rows, scores, strict=True)), []

    def ids_of(wanted: list[int]) -> dict[int, str]:
        asked.extend(wanted)
        return {row: ids[row] for row in wanted}

    found = top_rows(np.array(rows, np.int64), np.array(scores, np.float64), k, ids_of)
    order = top_k(np.array(scores, np.float64), [ids[row] for row in rows], k)
    assert found == [(rows[place], scores[place]) for place in order]
    assert all(scores.count(given_scores[row]) > 1 for row in asked)


def test_rows_without_a_number_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="NaN"):
        top_rows(np.array([1, 2]), np.array([1, np.nan]), 1, lambda _: {})
