"""Votes over what each document answers by itself, and how many poisoned ones they withstand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from trovato.core import InvalidInputError, check_many


@dataclass(frozen=True, slots=True)
class Vote:
    """The outcome of a majority vote.

    Parameters
    ----------
    winner
        Empty where every document abstained.
    counts
        Documents behind each answer: most first, ties as they were decided.
    certified
        The winner stands against every injection of so many poisoned documents; None where nobody
        voted.
    """

    winner: str
    counts: Mapping[str, int]
    certified: int | None


def majority_vote(answers: Sequence[str]) -> Vote:
    """The answer that most documents give; at a tie, the one whose best document ranks highest.

    Answers count as the same where they are equal as strings: bring them to one form first.

    Parameters
    ----------
    answers
        What each document answers by itself, best document first; empty where it abstains.

    Examples
    --------
    >>> majority_vote(["Paris", "Rome", "Paris"]).winner
    'Paris'
    """
    check_many("answers", answers)
    counts: dict[str, int] = {}
    for answer in answers:
        if answer:
            counts[answer] = counts.get(answer, 0) + 1
    # Sorting is stable, and answers stand in the order of their best documents.
    ordered = dict(sorted(counts.items(), key=lambda entry: -entry[1]))
    if not ordered:
        return Vote("", {}, None)
    return Vote(next(iter(ordered)), ordered, certified_radius(answers))


def withstands(answers: Sequence[str], poisoned: int) -> bool:
    """Whether the majority's winner stays when so many documents are injected anywhere.

    The attacker's documents take places in the ranking and push as many benign ones off its end:
    the winner may lose the votes of the last ones, and all injected ones may vote for another
    answer. It stays if margin − (its votes among the last `poisoned`) > `poisoned`, where the
    margin is the number of votes before the next answer. That holds only if no document changes
    what another one answers, and where the answers come out the same each time.

    Source: Xiang et al. 2024 (RobustRAG, arXiv 2405.15556), section 4, retrieval injection.

    Parameters
    ----------
    answers
        As in `majority_vote`.
    poisoned
        At least 0.

    Raises
    ------
    InvalidInputError
        If `poisoned` is negative.

    Examples
    --------
    >>> withstands(["Paris"] * 5 + ["Rome"], 3)
    False
    """
    check_many("answers", answers)
    if poisoned < 0:
        raise InvalidInputError(f"a number of documents is at least 0, got {poisoned}")
    counts = sorted((answers.count(answer), answer) for answer in set(answers) - {""})
    if not counts or poisoned > len(answers):
        return False
    most, winner = counts[-1]
    margin = most - (counts[-2][0] if len(counts) > 1 else 0)
    lost = list(answers[len(answers) - poisoned :]).count(winner)
    return margin - lost > poisoned


def certified_radius(answers: Sequence[str]) -> int:
    """The largest number of poisoned documents that `withstands` allows; 0 also at a tie.

    Examples
    --------
    >>> certified_radius(["Paris"] * 5 + ["Rome"])
    2
    """
    check_many("answers", answers)
    radius = 0
    while withstands(answers, radius + 1):
        radius += 1
    return radius


def keyword_vote(
    keywords: Sequence[Collection[str]], share: float = 0.3, most: float = 3.0
) -> dict[str, int]:
    """Keywords that enough documents give: documents behind each, most first, ties by keyword.

    A keyword stays if at least min(`most`, `share` × n) documents give it, where n documents give
    any keyword at all.

    Source: Xiang et al. 2024 (RobustRAG, arXiv 2405.15556), secure keyword aggregation, α and β.

    Parameters
    ----------
    keywords
        Of each document's own answer; none where it abstains. One document counts once.
    share, most
        α and β, both above 0.

    Raises
    ------
    InvalidInputError
        If `share` or `most` is not above 0.

    Examples
    --------
    >>> keyword_vote([{"paris"}, {"paris", "france"}, {"rome"}])
    {'paris': 2, 'france': 1, 'rome': 1}
    """
    for one in keywords:
        check_many("the keywords of a document", one)
    if share <= 0 or most <= 0:
        raise InvalidInputError(f"both bounds must be above 0, got {share} and {most}")
    voting = sum(1 for words in keywords if words)
    counts: dict[str, int] = {}
    for words in keywords:
        for word in set(words):
            counts[word] = counts.get(word, 0) + 1
    # A hair below the bound: 0.3 × 10 is 3 to a person.
    bound = min(most, share * voting) - 1e-9
    kept = {word: count for word, count in counts.items() if count >= bound}
    return dict(sorted(kept.items(), key=lambda entry: (-entry[1], entry[0])))
