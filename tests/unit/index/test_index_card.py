"""How many pages a search scores, by what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trovato.index import OperatingPoint, SearchProfile

CARD = SearchProfile(
    queries=40,
    pages=100_000,
    tokens=10_000_000,
    exact_milliseconds=100.0,
    bytes_per_token=134.0,
    settings=(
        OperatingPoint(128, 0.95, 5.0),
        OperatingPoint(256, 0.99, 8.0),
        OperatingPoint(1024, 1.0, 20.0),
        OperatingPoint(2048, 1.0, 40.0),
    ),
)


@pytest.mark.parametrize(("k", "count"), [(1, 256), (256, 256), (1000, 1000), (5000, 5000)])
def test_the_fewest_candidates_that_find_enough_and_as_many_as_are_wanted(
    k: int, count: int
) -> None:
    assert CARD.candidates_for(k) == count
    assert CARD.default == CARD.settings[1]


def test_what_was_chosen_counts_whatever_it_finds() -> None:
    chosen = replace(CARD, chosen=128, exact_milliseconds=1.0)
    assert chosen.default == CARD.settings[0]
    assert (chosen.candidates_for(10), chosen.candidates_for(200)) == (128, 200)


def test_all_pages_where_too_little_is_found() -> None:
    poor = replace(CARD, settings=(OperatingPoint(128, 0.5, 1.0), OperatingPoint(2048, 0.66, 3.2)))
    assert poor.candidates_for(10) is None
    assert poor.default is None


@pytest.mark.parametrize(
    ("exact", "k", "count"), [(9.0, 1, None), (12.0, 1, 256), (12.0, 1000, None)]
)
def test_all_pages_where_candidates_save_little(exact: float, k: int, count: int | None) -> None:
    assert replace(CARD, exact_milliseconds=exact).candidates_for(k) == count
