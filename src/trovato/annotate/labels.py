"""One grade for each document out of several people's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Rule = Literal["adjudicated", "majority", "single"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's grade.

    Parameters
    ----------
    grade
        None where they are not sure.
    event
        Id of the event.
    """

    query: str
    document: str
    judge: str
    grade: int | None
    hard_negative: bool = False
    reason: str = ""
    note: str = ""
    time: float = 0.0
    event: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The grades that count.

    Parameters
    ----------
    qrels
        Grade by document, by query.
    rules
        How each was found, by query and document.
    undecided
        The grades of a query and document where as many people say one thing as another: there is
        no label until an adjudicator gives one.
    unsure
        Query and document that only people looked at who were not sure.
    """

    qrels: Mapping[str, Mapping[str, int]]
    rules: Mapping[tuple[str, str], Rule] = field(default_factory=dict)
    undecided: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    unsure: tuple[tuple[str, str], ...] = ()


def final_labels(
    judgements: Iterable[Judgement], adjudicated: Mapping[tuple[str, str], int]
) -> Labels:
    """An adjudicator's grade, else that of most people, else the only one.

    Parameters
    ----------
    judgements
        What stands, at most one for each person and document.
    adjudicated
        Grades by query and document.
    """
    by_item: dict[tuple[str, str], list[int]] = {item: [] for item in adjudicated}
    for one in judgements:
        grades = by_item.setdefault((one.query, one.document), [])
        if one.grade is not None:
            grades.append(one.grade)
    qrels: dict[str, dict[str, int]] = {}
    rules: dict[tuple[str, str], Rule] = {}
    undecided: dict[tuple[str, str], tuple[int, ...]] = {}
    unsure = []
    for item, grades in sorted(by_item.items()):
        common = Counter(grades).most_common()
        if item in adjudicated:
            grade, rules[item] = adjudicated[item], "adjudicated"
        elif not common:
            unsure.append(item)
            continue
        elif len(common) > 1 and common[0][1] == common[1][1]:
            undecided[item] = tuple(sorted(grades))
            continue
        else:
            grade, rules[item] = common[0][0], "single" if len(grades) == 1 else "majority"
        qrels.setdefault(item[0], {})[item[1]] = grade
    return Labels(qrels, rules, undecided, tuple(unsure))
