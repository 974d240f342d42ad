from __future__ import annotations

import pytest

from trovato.core import InvalidInputError
from trovato.evaluate import (
    CIRCO,
    CIRR,
    FASHION_IQ,
    ComposedReport,
    TruncatedAP,
    evaluate_composed,
)

GRADES = dict.fromkeys("abcdefgh", 1)


def means(report: ComposedReport) -> dict[str, float]:
    return {name: one.mean for name, one in report.gallery.overall.estimates.items()}


def test_average_precision_divides_by_what_fits() -> None:
    # Hits at ranks 1 and 3, eight relevant, five places: (1/1 + 2/3) / 5.
    assert TruncatedAP(5)(list("axbyz"), GRADES) == pytest.approx((1 + 2 / 3) / 5)
    # One relevant, found second.
    assert TruncatedAP(5)(list("xayz"), {"a": 1}) == 0.5
    assert TruncatedAP(5)(list("xyzuva"), {"a": 1}) == 0.0
    assert TruncatedAP(5)(list("xyz"), {}) == 0.0


def test_cirr_takes_the_reference_out_and_the_others_do_not() -> None:
    run = {"q": ["ref", "right", "other"]}
    told = evaluate_composed(
        run, {"q": "ref"}, {"q": ["right"]}, CIRR, groups={"q": ["ref", "right", "other"]}
    )
    assert means(told)["R@1"] == 1.0
    left = evaluate_composed(run, {"q": "ref"}, {"q": ["right"]}, CIRCO)
    assert means(left)["TruncatedAP@5"] == 0.5
    assert left.subset is None


def test_subset_looks_in_the_group_alone() -> None:
    run = {"q": ["x", "y", "ref", "b", "right", "a"]}
    group = {"q": ["ref", "a", "b", "right"]}
    told = evaluate_composed(run, {"q": "ref"}, {"q": ["right"]}, CIRR, groups=group)
    assert told.subset is not None
    values = {name: one.mean for name, one in told.subset.overall.estimates.items()}
    assert values == {"R@1": 0.0, "R@2": 1.0, "R@3": 1.0}


def test_chance_in_the_subset_is_a_fifth() -> None:
    members = [f"p{place}" for place in range(6)]
    run, references, targets = {}, {}, {}
    for place in range(5):  # the target stands at each of five places once
        query = f"q{place}"
        others = members[1:]
        run[query] = [members[0], *others[place:], *others[:place]]
        references[query], targets[query] = members[0], [others[0]]
    told = evaluate_composed(
        run, references, targets, CIRR, groups=dict.fromkeys(run, members)
    ).subset
    assert told is not None
    assert [round(one.mean, 9) for one in told.overall.estimates.values()] == [0.2, 0.4, 0.6]


def test_means_by_kind() -> None:
    report = evaluate_composed(
        {"1": ["a"], "2": ["b"]},
        {"1": "r", "2": "r"},
        {"1": ["a"], "2": ["a"]},
        FASHION_IQ,
        kinds={"1": ["colour"], "2": ["shape"]},
    )
    assert report.gallery.groups["colour"].estimates["R@10"].mean == 1.0
    assert report.gallery.groups["shape"].estimates["R@10"].mean == 0.0


def test_what_is_missing_is_said() -> None:
    with pytest.raises(InvalidInputError, match="lack: reference"):
        evaluate_composed({"q": ["a"]}, {}, {"q": ["a"]}, CIRCO)
    with pytest.raises(InvalidInputError, match="lack: targets"):
        evaluate_composed({"q": ["a"]}, {"q": "r"}, {}, CIRCO)
    with pytest.raises(InvalidInputError, match="groups"):
        evaluate_composed({"q": ["a"]}, {"q": "r"}, {"q": ["a"]}, CIRR)
