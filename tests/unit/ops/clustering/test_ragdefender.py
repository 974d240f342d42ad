"""RAGDefender's stages on sets worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.ops import (
    count_by_clusters,
    count_by_concentration,
    frequent_term_votes,
    ragdefender_estimate,
)


def at(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_votes_count_documents_with_most_of_the_frequent_terms() -> None:
    documents = [
        ["chicago", "fire", "season", "24", "episodes"],
        ["chicago", "fire", "season", "24", "episodes", "show"],
        ["chicago", "fire", "station", "opened"],
        ["rome"],
    ]
    # Totals: rome 1.0, chicago and fire 1.19, 24 and episodes and season .84 (each in two): the top
    # five are rome, chicago, fire, 24, episodes. Two documents hold four of them, one holds two.
    assert frequent_term_votes(documents) == 2
    # Of the top three, rome, chicago and fire, more than one: three documents.
    assert frequent_term_votes(documents, terms=3) == 3
    assert frequent_term_votes([[], []]) == 0


def test_few_votes_count_the_smaller_cluster_and_many_the_larger() -> None:
    vectors = at(0, 2, 80, 85, 90)
    assert count_by_clusters(vectors, votes=2) == 2
    assert count_by_clusters(vectors, votes=3) == 3
    # Exactly half is few.
    assert count_by_clusters(at(0, 80, 85, 90), votes=2) == 1
    assert count_by_clusters(at(0, 80, 85, 90), votes=3) == 3
    assert count_by_clusters(at(0), votes=1) == 0


def test_concentration_counts_those_closer_than_usual_in_mean_and_median() -> None:
    # Cosines: 0–10 .985, 0–20 .940, 10–20 .985, 0–90 0, 10–90 .174, 20–90 .342, and −60 with
    # 0, 10, 20, 90: .5, .342, .174, −.866. Means: .606, .621, .610, −.088, .038 over .358;
    # medians: .720, .663, .641, .087, .258 over .641: above both are the first two.
    assert count_by_concentration(at(0, 10, 20, 90, -60)) == 2
    # Means: .481, .492, .481, −.504, .004 over .191; medians: .720, .663, .557, −.421, .258 over
    # .557: the third is above in the mean alone.
    assert count_by_concentration(at(0, 10, 20, 120, -60)) == 2
    assert count_by_concentration(at(0, 0, 0)) == 0
    assert count_by_concentration(at(0)) == 0


def test_the_most_similar_pairs_name_their_documents() -> None:
    # Three: the C(3, 2) = 3 closest pairs are 1–2 (2°), 2–3 (4°) and 1–3 (6°).
    vectors = at(40, 0, 2, 6, 90)
    assert sorted(ragdefender_estimate(vectors, 3).tolist()) == [1, 2, 3]
    # Two: one pair, 1–2. One: the same pair, of which the earlier is named.
    assert ragdefender_estimate(vectors, 2).tolist() == [1, 2]
    assert ragdefender_estimate(vectors, 1).tolist() == [1]
    assert ragdefender_estimate(vectors, 0).tolist() == []


def test_scores_are_sums_of_squares() -> None:
    # Squares: f₀ = .992 + .587 − .030, f₁ = .992 + .671 − .008, f₂ = .587 + .671 + .25, f₃ = .212;
    # with plain cosines the third would lead.
    assert ragdefender_estimate(at(0, 5, 40, 100), 4).tolist() == [1, 0, 2, 3]


def test_opposite_documents_count_against() -> None:
    # The 6 closest of 6 pairs are all: 0–1 +1, 0–2 and 1–2 −1, and with 3 all 0.
    vectors = at(0, 0, 180, 90)
    assert ragdefender_estimate(vectors, 4).tolist() == [0, 1, 3, 2]


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="5 of 2"):
        ragdefender_estimate(at(0, 1), 5)
