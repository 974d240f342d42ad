"""How much two sequences of words have in common, in order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence


def common_subsequence(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Length of the longest common subsequence.

    One step for each word of `second`, on integers of as many bits as `first` has words (Hyyrö
    2004, bit-parallel LCS).

    Examples
    --------
    >>> common_subsequence("the cat sat".split(), "the dog sat".split())
    2
    """
    places: dict[Hashable, int] = {}
    for place, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << place
    every = (1 << len(first)) - 1
    unmatched = every
    for word in second:
        matches = unmatched & places.get(word, 0)
        unmatched = ((unmatched + matches) | (unmatched - matches)) & every
    return len(first) - unmatched.bit_count()


def rouge_l(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """ROUGE-L F1 of two sequences of words: 0 where they share none, 1 where they are equal.

    Source: Lin 2004, with β = 1: twice the longest common subsequence over the sum of lengths.

    Examples
    --------
    >>> round(rouge_l("the cat sat".split(), "the dog sat".split()), 3)
    0.667
    """
    both = len(first) + len(second)
    return 2 * common_subsequence(first, second) / both if both else 0.0
