from collections.abc import Mapping, Sequence

import pytest

from trovato.core import Measure
from trovato.evaluate import parse_measure
from trovato.testing.conformance.measure import check_measure

NAMES = ["nDCG", "nDCG@1", "nDCG@10", "R@5", "RR", "RR@3", "P@5", "AP", "AP@5", "Success@3"]


@pytest.mark.parametrize("name", NAMES)
def test_every_measure_keeps_the_laws(name: str) -> None:
    measure = parse_measure(name)
    assert isinstance(measure, Measure)
    check_measure(measure)


class Unbounded:
    def __call__(self, ranking: Sequence[str], grades: Mapping[str, int]) -> float:
        return float(sum(grades.get(found, 0) > 0 for found in ranking))


class LastRank:
    def __call__(self, ranking: Sequence[str], grades: Mapping[str, int]) -> float:
        places = [place for place, found in enumerate(ranking) if grades.get(found, 0) > 0]
        return max(places, default=0) / 100


class ShareOfLength:
    def __call__(self, ranking: Sequence[str], grades: Mapping[str, int]) -> float:
        return sum(grades.get(found, 0) > 0 for found in ranking) / max(len(ranking), 1)


@pytest.mark.parametrize("broken", [Unbounded(), LastRank(), ShareOfLength()])
def test_a_measure_that_breaks_a_law_is_caught(broken: Measure) -> None:
    with pytest.raises(AssertionError):
        check_measure(broken)
