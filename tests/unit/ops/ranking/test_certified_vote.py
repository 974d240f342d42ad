"""Votes by hand, and certificates against every attack there is on small rankings."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import certified_radius, keyword_vote, majority_vote, withstands


def test_most_documents_win_and_abstentions_do_not_count() -> None:
    vote = majority_vote(["", "b", "a", "", "a"])
    assert vote.winner == "a"
    assert vote.counts == {"a": 2, "b": 1}
    assert vote.certified == 0


def test_a_tie_goes_to_the_best_ranked_document() -> None:
    assert majority_vote(["b", "a", "a", "b"]).winner == "b"
    assert list(majority_vote(["b", "a", "a", "b"]).counts) == ["b", "a"]
    assert majority_vote(["a", "b"]).certified == 0


def test_without_a_vote_nothing_wins_and_nothing_is_certified() -> None:
    assert majority_vote(["", ""]).winner == ""
    assert majority_vote([]).certified is None


def test_a_margin_of_three_withstands_one_poisoned_document() -> None:
    # The last one is not the winner's: 3 − 0 > 1. With it in the last place: 3 − 1 > 1 as well.
    assert withstands(["a", "a", "a", "a", "b"], 1)
    assert withstands(["b", "a", "a", "a", "a"], 1)
    # Two: 3 − 1 > 2 fails.
    assert not withstands(["a", "a", "a", "a", "b"], 2)
    # A margin of 2 whose last vote is the winner's: 2 − 1 > 1 fails; another's: 2 − 0 > 1 holds.
    assert not withstands(["b", "a", "a", "a"], 1)
    assert withstands(["a", "a", "a", "b"], 1)


def test_a_tie_is_never_certified() -> None:
    assert not withstands(["a", "b"], 0)
    assert not withstands(["a", "b"], 1)


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=5))
def test_certified_answers_survive_every_injection(answers: list[str]) -> None:
    radius = certified_radius(answers)
    for poisoned in range(1, radius + 1):
        kept = answers[: len(answers) - poisoned]
        for attack in product(["a", "b", "z", ""], repeat=poisoned):
            for places in product(range(len(kept) + 1), repeat=poisoned):
                ranking = list(kept)
                for place, answer in zip(places, attack, strict=True):
                    ranking.insert(place, answer)
                assert majority_vote(ranking).winner == majority_vote(answers).winner


def test_the_bound_of_keywords_is_the_smaller_one() -> None:
    # n = 4 documents give keywords: min(3, .3 × 4 = 1.2): two documents are needed.
    votes = [{"paris", "city"}, {"paris"}, {"lyon"}, set(), {"lyon", "city"}]
    assert keyword_vote(votes) == {"city": 2, "lyon": 2, "paris": 2}
    # n = 10: min(3, 3).
    assert keyword_vote([{"x"}] * 3 + [{"y"}] * 2 + [{"z"}] * 5) == {"z": 5, "x": 3}
    # n = 20: min(3, 6) = 3.
    assert keyword_vote([{"x"}] * 3 + [{"z"}] * 17) == {"z": 17, "x": 3}
    # .07 × 100 is a little more than 7 to a processor.
    assert keyword_vote([{"x"}] * 7 + [{"z"}] * 93, share=0.07, most=9.0) == {"z": 93, "x": 7}


def test_one_document_counts_once_for_a_keyword() -> None:
    assert keyword_vote([["x", "x", "x"], ["y"], ["y"], ["y"]]) == {"y": 3}


def test_bad_bounds_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="above 0"):
        keyword_vote([], share=0.0)
    with pytest.raises(InvalidInputError, match="at least 0"):
        withstands(["a"], -1)
