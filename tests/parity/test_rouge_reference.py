"""The bit-parallel subsequence against the plain table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import common_subsequence, rouge_l

WORDS = st.lists(st.sampled_from("abcd"), max_size=12)


def table(first: list[str], second: list[str]) -> int:
    lengths = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            lengths[i + 1][j + 1] = (
                lengths[i][j] + 1 if a == b else max(lengths[i][j + 1], lengths[i + 1][j])
            )
    return lengths[-1][-1]


@given(WORDS, WORDS)
def test_common_subsequence(first: list[str], second: list[str]) -> None:
    assert common_subsequence(first, second) == table(first, second)


def test_rouge_by_hand() -> None:
    # "police … gunman" shares 3 words in order with each: 2 × 3 / (4 + 4).
    first = ["police", "killed", "the", "gunman"]
    assert rouge_l(first, ["police", "kill", "the", "gunman"]) == pytest.approx(0.75)
    # Order counts: "the gunman" is the longest.
    assert rouge_l(first, ["the", "gunman", "kill", "police"]) == pytest.approx(0.5)
    assert rouge_l(first, first) == 1
    assert rouge_l([], []) == 0
    assert rouge_l(first, []) == 0
