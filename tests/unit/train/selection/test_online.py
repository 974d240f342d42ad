"""Selection while training: it finds what can be learnt, spares the rest, and can be continued."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.train.selection import OnlineSelectionConfig, OnlineSelector

CONFIG = OnlineSelectionConfig(k=20, every=2, seed=1)
COUNT, GROUP = 200, 8


def rewards(places: list[int], learnable: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Half of the rollouts of a learnable example succeed, none of the others."""
    chances = np.where(learnable[places], 0.5, 0.0)
    return (random.random((len(places), GROUP)) < chances[:, None]).astype(np.float64)


def train(
    selector: OnlineSelector, learnable: np.ndarray, first: int, last: int, seed: int = 0
) -> list[int]:
    used = []
    for step in range(first, last):
        places = selector.batch(step, 10)
        selector.update(places, rewards(places, learnable, np.random.default_rng([seed, step])))
        used += places
    return used


def test_similar_examples_tell_of_each_other_before_they_are_tried() -> None:
    random = np.random.default_rng(0)
    kinds = random.integers(0, 4, COUNT)
    features = np.eye(4, dtype=np.float32)[kinds]
    used = train(OnlineSelector(COUNT, CONFIG, features), kinds == 0, 0, 20)
    assert np.mean(kinds[used[-100:]] == 0) > 0.9
    assert np.mean(kinds[used[:20]] == 0) < 0.6
    without = train(OnlineSelector(COUNT, CONFIG), kinds == 0, 0, 20)
    assert np.mean(kinds[without[-100:]] == 0) < np.mean(kinds[used[-100:]] == 0)


def test_without_features_examples_are_known_by_their_own_rewards() -> None:
    learnable = np.arange(COUNT) % 4 == 0
    selector = OnlineSelector(COUNT, replace(CONFIG, exploration=0.2))
    used = train(selector, learnable, 0, 60)
    assert np.mean(learnable[used[-100:]]) > 0.9


def test_what_could_be_learnt_is_left_when_it_is_learnt() -> None:
    kinds = np.arange(COUNT) % 2
    features = np.eye(2, dtype=np.float32)[kinds]
    selector = OnlineSelector(COUNT, replace(CONFIG, discount=0.8), features)
    assert np.mean(kinds[train(selector, kinds == 0, 0, 20)[-60:]] == 0) > 0.9
    assert np.mean(kinds[train(selector, kinds == 1, 20, 60)[-60:]] == 1) > 0.9


def test_it_is_continued_to_the_same_choices() -> None:
    learnable = np.arange(COUNT) % 4 == 0
    features = np.random.default_rng(0).standard_normal((COUNT, 6)).astype(np.float32)
    whole = train(OnlineSelector(COUNT, CONFIG, features), learnable, 0, 13)
    cut = OnlineSelector(COUNT, CONFIG, features)
    begun = train(cut, learnable, 0, 7)
    again = OnlineSelector(COUNT, CONFIG, features)
    again.restore(cut.state())
    assert begun + train(again, learnable, 7, 13) == whole
    other = OnlineSelector(COUNT, replace(CONFIG, seed=2), features)
    assert train(other, learnable, 0, 13) != whole
    assert len({one.fingerprint for one in (cut, again)}) == 1
    assert other.fingerprint != cut.fingerprint
    assert OnlineSelector(COUNT, CONFIG, features + 1).fingerprint != cut.fingerprint


def test_features_mapped_from_a_file_choose_the_same(tmp_path: Path) -> None:
    features = np.random.default_rng(0).standard_normal((COUNT, 6)).astype(np.float32)
    np.save(tmp_path / "f.npy", features)
    mapped = np.load(tmp_path / "f.npy", mmap_mode="r")
    learnable = np.arange(COUNT) % 4 == 0
    runs = [
        train(OnlineSelector(COUNT, CONFIG, one), learnable, 0, 9) for one in (features, mapped)
    ]
    assert runs[0] == runs[1]


def test_an_example_is_not_used_again_before_the_other_chosen_ones() -> None:
    selector = OnlineSelector(COUNT, replace(CONFIG, every=100))
    assert len(set(train(selector, np.ones(COUNT, bool), 0, 2))) == 20


def test_those_used_longest_ago_come_first_when_it_chooses_anew() -> None:
    selector = OnlineSelector(COUNT, replace(CONFIG, k=COUNT, every=1))
    assert sorted(train(selector, np.ones(COUNT, bool), 0, 20)) == list(range(COUNT))


def test_what_cannot_be_chosen_from_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="each of 3 examples, got 2"):
        OnlineSelector(3, CONFIG, np.zeros((2, 4), np.float32))
    with pytest.raises(InvalidInputError, match="finite"):
        OnlineSelector(1, CONFIG, np.full((1, 4), np.nan, np.float32))
    with pytest.raises(InvalidInputError, match="discount"):
        replace(CONFIG, discount=0.0)
    with pytest.raises(InvalidInputError, match="k must"):
        replace(CONFIG, k=0)
