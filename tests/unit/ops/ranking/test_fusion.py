from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import convex_combination, reciprocal_rank_fusion


def test_reciprocal_ranks_by_hand() -> None:
    fused = reciprocal_rank_fusion([["a", "b"], ["b", "c"]], k=60)
    assert fused == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62})


def test_a_ranking_with_an_id_twice() -> None:
    with pytest.raises(InvalidInputError, match="twice"):
        reciprocal_rank_fusion([["a", "a"]])


def test_a_negative_constant() -> None:
    with pytest.raises(InvalidInputError, match="at least 0"):
        reciprocal_rank_fusion([["a"]], k=-1)


def test_convex_combination_by_hand() -> None:
    fused = convex_combination([{"a": 1.0, "b": 0.5}, {"b": 1.0, "c": 0.2}], [3.0, 1.0])
    assert fused == pytest.approx({"a": 0.75, "b": 0.625, "c": 0.05})


@pytest.mark.parametrize("weights", [[1.0], [0.0, 0.0], [2.0, -1.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_weights_that_do_not_fit(weights: list[float]) -> None:
    with pytest.raises(InvalidInputError, match="weight"):
        convex_combination([{"a": 1.0}, {"a": 2.0}], weights)


@pytest.mark.parametrize("score", [np.inf, -np.inf, np.nan])
def test_scores_without_a_mean(score: float) -> None:
    with pytest.raises(InvalidInputError, match="finite"):
        convex_combination([{"a": score}, {"a": 1.0}], [0.0, 1.0])
