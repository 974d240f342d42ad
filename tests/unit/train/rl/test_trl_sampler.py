"""The rows that TRL reads, and the rewards that a sampler is told."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.train.rl import InOrder, TRLSampler, observed_rewards


class Noted(InOrder):
    """Keeps what it is told."""

    told: list[tuple[list[int], np.ndarray]]

    def update(self, places: object, rewards: np.ndarray) -> None:
        self.told = [*getattr(self, "told", []), (list(places), rewards)]  # type: ignore[call-overload]


def test_rows_are_groups_side_by_side_repeated_for_each_pass_over_a_batch() -> None:
    found = TRLSampler(InOrder(3), batches=3, examples=2, group=2, repeats=2)
    first = [0, 0, 1, 1] * 2
    assert list(found) == [*first, *[2, 2, 0, 0] * 2, *[1, 1, 2, 2] * 2]
    assert len(found) == len(list(found))


def test_rows_are_those_of_trl() -> None:
    utils = pytest.importorskip("trl.trainer.utils", reason="needs trl: pip install 'trovato[trl]'")
    theirs = utils.RepeatSampler(range(6), 3, batch_size=2, repeat_count=4, shuffle=False)
    assert list(TRLSampler(InOrder(6), 3, 2, 3, 4)) == list(theirs)


def test_a_batch_is_asked_for_when_it_is_read() -> None:
    asked: list[int] = []

    class Late(InOrder):
        def batch(self, step: int, count: int) -> list[int]:
            asked.append(step)
            return super().batch(step, count)

    rows = iter(TRLSampler(Late(4), 2, 2, 2, 1))
    assert [next(rows) for _ in range(4)] == [0, 0, 1, 1]
    assert asked == [0]
    next(rows)
    assert asked == [0, 1]


def test_a_sampler_is_told_the_weighted_sum_of_all_rewards() -> None:
    sampler = Noted(3)

    def one(completions: list[str], example: list[str]) -> list[float]:
        return [float(len(text)) for text in completions]

    def other(completions: list[str], example: list[str]) -> list[float]:
        return [1.0 for _ in completions]

    places = {"a": 0, "b": 1, "c": 2}
    functions = observed_rewards([one, other], [1.0, 0.5], sampler, places, 2)
    for _ in range(2):
        texts, ids = ["x", "xx", "", "xxx"], ["c", "c", "a", "a"]
        assert functions[0](completions=texts, example=ids) == [1.0, 2.0, 0.0, 3.0]
        assert functions[1](completions=texts, example=ids) == [1.0] * 4
    assert [found for found, _ in sampler.told] == [[2, 0], [2, 0]]
    assert [found.tolist() for _, found in sampler.told] == [[[1.5, 2.5], [0.5, 3.5]]] * 2
    assert [one.__name__ for one in functions] == ["one", "other"]
