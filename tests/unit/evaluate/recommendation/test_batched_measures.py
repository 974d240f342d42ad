"""Each preset, worked by hand.

The list is [7, 1, 9, 2] at cutoff 4. Discounts are 1, 1/log2 3 = .63093, 1/2, 1/log2 5 = .43068;
all four sum to 2.56161, the first three to 2.13093, the first two to 1.63093.
"""

import numpy as np
import pytest

from trovato.core import InvalidInputError, Sequences
from trovato.evaluate import parse_measure
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.recommendation import AUC, CONVENTIONS, BeyondAccuracy, MetricAccumulator

BEST = np.array([[7, 1, 9, 2]])
NAMES = ("nDCG@4", "R@4", "P@4", "AP@4", "RR@4", "Success@4")


def measures(*names: str) -> list[CutMeasure]:
    found = [parse_measure(name) for name in names]
    return [measure for measure in found if isinstance(measure, CutMeasure)]


def means(preset: str, best: np.ndarray, targets: list[list[int]], *names: str) -> dict[str, float]:
    tally = MetricAccumulator.empty(measures(*(names or NAMES)), CONVENTIONS[preset], resamples=5)
    tally = tally.add(np.arange(len(best)), best, ragged(targets))
    return {name: estimate.mean for name, estimate in tally.estimates().items()}


def ragged(lists: list[list[int]]) -> Sequences:
    offsets = np.cumsum([0, *map(len, lists)])
    return Sequences(np.array([item for one in lists for item in one], np.int64), offsets)


# Two of three wanted items are found, at ranks 2 and 4: gain .63093 + .43068 = 1.06161; precisions
# at hits 1/2 and 2/4 sum to 1.
@pytest.mark.parametrize(
    ("preset", "ndcg", "ap", "precision"),
    [
        ("trec", 1.06161 / 2.13093, 1 / 3, 2 / 4),
        ("rectools", 1.06161 / 2.56161, 1 / 3, 2 / 4),
        ("replay", 1.06161 / 2.13093, 1 / 3, 2 / 4),
        ("recbole", 1.06161 / 2.13093, 1 / 3, 2 / 4),
        ("implicit", 1.06161 / 2.13093, 1 / 3, 2 / 3),
    ],
)
def test_fewer_wanted_than_places(preset: str, ndcg: float, ap: float, precision: float) -> None:
    got = means(preset, BEST, [[1, 2, 5]])
    assert got == pytest.approx(
        {
            "nDCG@4": ndcg,
            "R@4": 2 / 3,
            "P@4": precision,
            "AP@4": ap,
            "RR@4": 1 / 2,
            "Success@4": 1.0,
        },
        abs=1e-5,
    )


# At cutoff 2 three wanted items, one found at rank 2; its precision is 1/2.
@pytest.mark.parametrize(
    ("preset", "ap", "precision"),
    [
        ("trec", 0.5 / 3, 1 / 2),
        ("rectools", 0.5 / 3, 1 / 2),
        ("replay", 0.5 / 2, 1 / 2),
        ("recbole", 0.5 / 2, 1 / 2),
        ("implicit", 0.5 / 2, 1 / 2),
    ],
)
def test_more_wanted_than_places(preset: str, ap: float, precision: float) -> None:
    got = means(preset, BEST, [[1, 2, 5]], "nDCG@2", "R@2", "P@2", "AP@2")
    expected = {"nDCG@2": 0.63093 / 1.63093, "R@2": 1 / 3, "P@2": precision, "AP@2": ap}
    assert got == pytest.approx(expected, abs=1e-5)


def test_users_who_want_nothing_are_skipped_or_count_0() -> None:
    best = np.array([[1, 2], [1, 2]])
    for preset in CONVENTIONS:
        share = 0.5 if preset == "replay" else 1.0
        assert means(preset, best, [[1], []], "RR@2")["RR@2"] == share, preset


def test_replay_alone_can_reach_twice_what_is_wanted_twice() -> None:
    for preset in CONVENTIONS:
        got = means(preset, np.array([[1, 9]]), [[1, 1]], "R@2", "nDCG@2", "AP@2")
        ideal = 1.63093 if preset in ("replay", "rectools") else 1.0
        precision = 0.5 if preset == "replay" else 1.0
        expected = {"R@2": 1.0, "nDCG@2": 1 / ideal, "AP@2": precision}
        assert got == pytest.approx(expected, abs=1e-5), preset


def test_precision_of_implicit_is_pooled_over_users() -> None:
    best = np.array([[1, 2], [1, 2]])
    assert means("implicit", best, [[1], [5, 6, 7]], "P@2")["P@2"] == pytest.approx(1 / 3)
    assert means("trec", best, [[1], [5, 6, 7]], "P@2")["P@2"] == pytest.approx(1 / 4)


def test_empty_places_are_no_hits_and_do_not_repeat() -> None:
    got = means("trec", np.array([[3, -1, -1]]), [[3, 4]], "R@3", "P@3")
    assert got == {"R@3": 0.5, "P@3": pytest.approx(1 / 3)}


def test_what_a_tally_refuses() -> None:
    empty = MetricAccumulator.empty(measures("R@2"))
    with pytest.raises(InvalidInputError, match="more than once"):
        empty.add(np.array([1]), np.array([[3, 3]]), ragged([[3]]))
    with pytest.raises(InvalidInputError, match="at most 1"):
        empty.add(np.array([1]), np.array([[3]]), ragged([[3]]))
    with pytest.raises(InvalidInputError, match="targets of its user"):
        empty.add(np.array([1]), np.array([[3, 4]]), ragged([[3], [4]]))
    with pytest.raises(InvalidInputError, match="cutoff"):
        MetricAccumulator.empty(measures("nDCG")).add(np.array([1]), np.array([[3]]), ragged([[3]]))
    with pytest.raises(InvalidInputError, match="no users"):
        empty.estimates()
    with pytest.raises(InvalidInputError, match="differ"):
        MetricAccumulator.empty(measures("R@2", "Recall@2"))
    with pytest.raises(InvalidInputError, match="resamples"):
        empty + MetricAccumulator.empty(measures("R@2"), resamples=3)


def test_auc_counts_ties_half() -> None:
    # Positive .5 beats .1, ties with .5; positive .9 beats both: (1 + .5 + 2) / 4.
    scores = np.array([0.5, 0.9, 0.5, 0.1], np.float32)
    positive = np.array([True, True, False, False])
    assert AUC.of(scores, positive).value == pytest.approx(3.5 / 4)
    apart = AUC.of(scores[::2], positive[::2]) + AUC.of(scores[1::2], positive[1::2])
    assert apart.value == pytest.approx(3.5 / 4)
    assert np.isnan(AUC.of(scores, np.ones(4, bool)).value)


def test_exposure_of_two_lists() -> None:
    # Of 8 users, 4 know item 0, 1 knows item 1, nobody items 2 and 3.
    seen = BeyondAccuracy.empty(np.array([4, 1, 0, 0]), 8)
    got = seen.add(np.array([[0, 1], [0, 2], [-1, -1]]))
    assert got.coverage == 3 / 4
    assert got.novelty == pytest.approx(((1 + 3) / 2 + (1 + 3) / 2) / 2)
    assert got.popularity == pytest.approx((2.5 + 2) / 2)
    merged = seen.add(np.array([[0, 1]])) + seen.add(np.array([[0, 2]]))
    assert merged.novelty == got.novelty
    assert merged.coverage == got.coverage
