"""All that an answer needs, or a share of it."""

from __future__ import annotations

import math

import pytest

from trovato.core import InvalidInputError
from trovato.evaluate import all_gold, gold_recall

GOLD = (frozenset({"t"}), frozenset({"p", "q"}))


def test_every_set_needs_one_of_its_items() -> None:
    assert all_gold(["x", "q", "t"], GOLD, 3)
    assert not all_gold(["x", "q", "t"], GOLD, 2)
    assert not all_gold(["p", "q", "x"], GOLD, 3)
    assert gold_recall(["x", "q", "t"], GOLD, 2) == 0.5
    assert math.isnan(gold_recall(["x"], (), 2))


def test_three_components_count_as_a_page() -> None:
    assert all_gold(["x", "q", "t"], GOLD, 1, grouped_by=3)
    assert gold_recall(["x", "q", "t"], GOLD, 1, grouped_by=2) == 0.5


def test_what_says_nothing_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        all_gold(["x"], GOLD, 0)
    with pytest.raises(InvalidInputError, match="at least 1"):
        gold_recall(["x"], GOLD, 1, grouped_by=0)
    with pytest.raises(InvalidInputError, match="at least one set"):
        all_gold(["x"], (), 1)
