"""The laws of a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core import Measure, generator


def check_measure(measure: Measure, *, cases: int = 200, seed: int = 0) -> None:
    """Checks a measure on random rankings.

    Laws: the value lies in [0, 1] and is the same when asked again; no ranking beats the one that
    orders all items by grade; items of grade 0 added at the end change nothing; with grades of 0
    and 1, moving a relevant item up one place never lowers the value; its name is not empty.

    Parameters
    ----------
    measure
        Better rankings must have larger values.
    cases
        How many random rankings to try.
    seed
        Seed of the rankings.

    Raises
    ------
    AssertionError
        If a law is broken; the message shows the ranking.
    """
    assert str(measure).strip(), "a measure needs a name"
    random = generator(seed, "check_measure")
    for _ in range(cases):
        items = [f"item{number}" for number in range(int(random.integers(1, 30)))]
        grades = {item: int(random.integers(-1, 4)) for item in items if random.random() < 0.6}
        ranking = [str(item) for item in random.permutation(items)]
        ranking = ranking[: int(random.integers(0, len(items) + 1))]
        _check_bounds(measure, ranking, items, grades)
        _check_moves(measure, ranking, {item: int(grade > 0) for item, grade in grades.items()})


def _check_bounds(
    measure: Measure, ranking: Sequence[str], items: Sequence[str], grades: Mapping[str, int]
) -> None:
    value = measure(ranking, grades)
    assert 0 <= value <= 1 + 1e-12, f"{measure} of {ranking} is {value}, outside [0, 1]"
    assert value == measure(ranking, grades), f"{measure} of {ranking} changes when asked again"
    perfect = measure(sorted(items, key=lambda item: -grades.get(item, 0)), grades)
    assert value <= perfect + 1e-12, (
        f"{measure} of {ranking} is {value}, above the perfect ranking's {perfect}; grades {grades}"
    )
    longer = measure([*ranking, *(f"unjudged{number}" for number in range(3))], grades)
    assert np.isclose(value, longer, rtol=0, atol=1e-12), (
        f"{measure} of {ranking} goes from {value} to {longer} when irrelevant items follow"
    )


def _check_moves(measure: Measure, ranking: Sequence[str], grades: Mapping[str, int]) -> None:
    for place in range(1, len(ranking)):
        if grades.get(ranking[place], 0) and not grades.get(ranking[place - 1], 0):
            moved = list(ranking)
            moved[place - 1 : place + 1] = moved[place], moved[place - 1]
            before, after = measure(ranking, grades), measure(moved, grades)
            assert after >= before - 1e-12, (
                f"{measure} falls from {before} to {after} when {ranking[place]} moves up in "
                f"{ranking}; grades {grades}"
            )
