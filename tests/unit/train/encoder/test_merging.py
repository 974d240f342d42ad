"""Merging of models against closed forms and tables made by hand."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.train.encoder import average_models, greedy_soup, slerp, ties_merge

Model = dict[str, np.ndarray]


def model(*values: float) -> Model:
    return {"a": np.array(values[:-1], np.float32), "b": np.array([values[-1]], np.float32)}


def test_equal_models_are_their_mean() -> None:
    one = model(1, 2, 3)
    for merged in (
        average_models([one, one, one]),
        slerp(one, one, 0.3),
        ties_merge(one, [one, one]),
        greedy_soup([one, one], lambda _: 0.0)[0],
    ):
        assert all(np.array_equal(merged[name], one[name]) for name in one)


def test_shares_sum_to_one() -> None:
    merged = average_models([model(0, 0, 0), model(4, 8, 12)], [1.0, 3.0])
    assert merged["a"].tolist() == [3, 6]
    assert merged["b"].tolist() == [9]
    assert merged["a"].dtype == np.float32


def test_greedy_keeps_what_helps() -> None:
    models = [model(0, 0, 4), model(0, 0, 1), model(0, 0, -3)]
    merged, kept = greedy_soup(models, lambda one: -abs(float(one["b"][0]) - 0.5))
    assert kept == [1, 2] or kept == [1]
    best = max(-abs(float(one["b"][0]) - 0.5) for one in models)
    assert -abs(float(merged["b"][0]) - 0.5) >= best


def test_ties_by_hand() -> None:
    """Three changes of six weights, half of each kept: the table of algorithm 1."""
    base = {"w": np.zeros(6, np.float32)}
    changes = [
        [3, 0.1, -2, 0.2, 5, -0.3],
        [-1, 4, -4, 0.1, 0.2, 2],
        [2, 0.3, 6, -0.4, 0.1, -1],
    ]
    models = [{"w": np.array(change, np.float32)} for change in changes]
    # Kept: 3, −2, 5 | 4, −4, 2 | 2, 6, −1. Signs of the sums: +, +, 0, none, +, +.
    merged = ties_merge(base, models, density=0.5)["w"]
    assert merged.tolist() == [2.5, 4, 0, 0, 5, 2]
    assert ties_merge(base, models, density=0.5, scale=2.0)["w"].tolist() == [5, 8, 0, 0, 10, 4]


def test_slerp_keeps_the_length_of_unit_vectors() -> None:
    one, other = {"w": np.array([1.0, 0.0])}, {"w": np.array([0.0, 1.0])}
    half = slerp(one, other, 0.5)["w"]
    assert half == pytest.approx([np.sqrt(0.5)] * 2)
    assert slerp(one, other, 0.0)["w"] == pytest.approx(one["w"])
    assert slerp(one, other, 1.0)["w"] == pytest.approx(other["w"])
    assert slerp({"w": np.zeros(2)}, other, 0.5)["w"] == pytest.approx([0, 0.5])


def test_the_soup_of_linear_models_is_the_mean_of_their_answers() -> None:
    random = np.random.default_rng(0)
    models = [{"w": random.normal(size=(3, 4))} for _ in range(3)]
    asked = random.normal(size=4)
    mean = np.mean([one["w"] @ asked for one in models], axis=0)
    assert average_models(models)["w"] @ asked == pytest.approx(mean)


def test_what_cannot_be_merged() -> None:
    with pytest.raises(InvalidInputError, match="no model"):
        average_models([])
    with pytest.raises(InvalidInputError, match="differs from the first in c"):
        average_models([model(1, 2), {**model(1, 2), "c": np.zeros(1, np.float32)}])
    with pytest.raises(InvalidInputError, match="model 2"):
        slerp(model(1, 2), model(1, 2, 3))
    with pytest.raises(InvalidInputError, match="float16"):
        slerp({"a": np.zeros(1, np.float32)}, {"a": np.zeros(1, np.float16)})
    with pytest.raises(InvalidInputError, match="share"):
        average_models([model(1, 2)], [0.0])
    with pytest.raises(InvalidInputError, match="density"):
        ties_merge(model(1, 2), [model(1, 2)], density=0.0)
    with pytest.raises(InvalidInputError, match="from 0 to 1"):
        slerp(model(1, 2), model(1, 2), 2.0)
