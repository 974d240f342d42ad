"""A personal ranking and a forecast as one."""

from collections.abc import Mapping

import pytest

from trovato.core import Evidence, InvalidInputError, Item, Query, Ranking
from trovato.retrieve.forecasts import PopularityMix
from trovato.testing import check_retriever


class Fixed:
    """The same scores whatever is asked."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        self._scores = scores

    def retrieve(self, query: Query, k: int) -> Ranking:
        whole = Ranking.of((Item(n, "item", n), s, Evidence()) for n, s in self._scores.items())
        return Ranking(whole.hits[:k])


PERSONAL, POPULAR = Fixed({"a": 30.0, "b": 20.0, "c": 10.0}), Fixed({"d": 0.9, "c": 0.8, "e": 0.4})


def test_scores_are_those_by_hand() -> None:
    found = PopularityMix(PERSONAL, POPULAR, 0.25).retrieve(Query(), 5)
    assert {hit.item.id: hit.score for hit in found} == pytest.approx(
        {"a": 0.75, "b": 0.375, "d": 0.25, "c": 0.25 * 0.8, "e": 0}
    )
    assert found.ids == ("a", "b", "d", "c", "e")


def test_the_ends_are_the_sides() -> None:
    assert PopularityMix(PERSONAL, POPULAR, 0.0).retrieve(Query(), 2).ids == ("a", "b")
    assert PopularityMix(PERSONAL, POPULAR, 1.0).retrieve(Query(), 2).ids == ("d", "c")


def test_what_somebody_knows_is_not_recommended() -> None:
    found = PopularityMix(PERSONAL, POPULAR).retrieve(Query(history=("d",)), 5)
    assert "d" not in found.ids


def test_the_laws_of_a_retriever() -> None:
    check_retriever(PopularityMix(PERSONAL, POPULAR, depth=20), [Query()], set("abcde"))


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="0 to 1"):
        PopularityMix(PERSONAL, POPULAR, 1.5)
    with pytest.raises(InvalidInputError, match="at least 1"):
        PopularityMix(PERSONAL, POPULAR, depth=0)
    with pytest.raises(InvalidInputError, match="1 to 3"):
        PopularityMix(PERSONAL, POPULAR, depth=3).retrieve(Query(), 4)
