import math

import pytest

from trovato.core import InvalidInputError
from trovato.evaluate import NDCG, Precision, Recall, ReciprocalRank, parse_measure

RANKING = ["a", "b", "c", "d"]
GRADES = {"b": 3, "d": 1, "z": 2, "a": 0}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "nDCG@4",
            (3 / math.log2(3) + 1 / math.log2(5)) / (3 + 2 / math.log2(3) + 1 / math.log2(4)),
        ),
        ("nDCG@1", 0.0),
        ("R@2", 1 / 3),
        ("R@4", 2 / 3),
        ("RR", 1 / 2),
        ("RR@1", 0.0),
        ("P@4", 2 / 4),
        ("P@10", 2 / 10),
        ("AP", (1 / 2 + 2 / 4) / 3),
        ("AP@2", (1 / 2) / 3),
        ("Success@1", 0.0),
        ("Success@2", 1.0),
    ],
)
def test_values_worked_out_by_hand(name: str, expected: float) -> None:
    assert parse_measure(name)(RANKING, GRADES) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["nDCG", "R@5", "RR", "P@5", "AP", "Success@5"])
def test_nothing_relevant_or_nothing_found_is_zero(name: str) -> None:
    measure = parse_measure(name)
    assert measure(RANKING, {}) == 0
    assert measure(RANKING, {"a": 0, "b": -1}) == 0
    assert measure([], GRADES) == 0


@pytest.mark.parametrize("name", ["nDCG@10", "nDCG", "R@5", "RR", "RR@10", "P@5", "AP", "AP@100"])
def test_a_name_comes_back_as_it_was_read(name: str) -> None:
    assert str(parse_measure(name)) == name


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ndcg@10", NDCG(10)),
        ("MRR@10", ReciprocalRank(10)),
        ("recall@5", Recall(5)),
        (" P@3 ", Precision(3)),
    ],
)
def test_common_spellings_are_understood(said: str, meant: object) -> None:
    assert parse_measure(said) == meant


def test_measures_are_values() -> None:
    assert NDCG(10) == NDCG(10)
    assert len({NDCG(10), NDCG(10), NDCG(5), Recall(10), Precision(10)}) == 4


@pytest.mark.parametrize("name", ["", "nDCG@", "nDCG@x", "@5", "bleu", "R@5@6", "nDCG@-1"])
def test_unknown_names_are_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InvalidInputError, match=r"use one of nDCG\[@k\], R@k"):
        parse_measure(name)


@pytest.mark.parametrize("name", ["R", "P", "Success"])
def test_a_missing_cutoff_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="needs a cutoff"):
        parse_measure(name)


def test_a_cutoff_below_one_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        parse_measure("nDCG@0")
