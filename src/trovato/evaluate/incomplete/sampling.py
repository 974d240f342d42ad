"""Which documents of a pool to judge, so that one may stop at any moment: priority sampling.

Each document has a size, how much its grade matters, and a number `place` in (0, 1) that is drawn
once. Documents are judged by rising `place / size`. Whoever stops before the document with priority
t has drawn each document with probability min(1, size · t), given the others, and estimates that
divide by it are unbiased with uncorrelated terms.

Source: Duffield, Lund and Thorup, "Priority sampling for estimation of arbitrary subset sums",
2007.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, check_many

# Of the largest size in a query: below the cutoff a grade still counts for what could be found.
_LEAST = 0.25


@dataclass(frozen=True, slots=True)
class SampledItem:
    """A document of the pool as the sample has it.

    Parameters
    ----------
    query, document
        Their ids.
    probability
        With which it is in the sample.
    grade
        Its grade; None where it is not in the sample.
    predicted
        Probability of each grade, from 0 on, by a model; empty where there is none.
    """

    query: str
    document: str
    probability: float
    grade: int | None
    predicted: tuple[float, ...] = ()


def comparison_sizes(
    runs: Mapping[str, Sequence[str]], documents: Sequence[str], depth: int = 10
) -> dict[str, float]:
    """How much each document's grade matters for the differences between runs in nDCG.

    It is the root of the mean square, over pairs of runs, of the difference between the discounts
    that they give to the document, but at least a quarter of the largest: where all runs agree, a
    grade still counts for the most that there is to find.

    Parameters
    ----------
    runs
        Document ids from best to worst, by the run's name, for one query.
    documents
        Those of the pool.
    depth
        The cutoff; ranks beyond it have no discount.

    Raises
    ------
    InvalidInputError
        If `documents` is one text, or depth is below 1.
    """
    check_many("documents", documents)
    if depth < 1:
        raise InvalidInputError(f"depth is at least 1, got {depth}")
    places = {document: place for place, document in enumerate(documents)}
    discounts = np.zeros((len(runs), len(documents)))
    for row, ranking in enumerate(runs.values()):
        for rank, document in enumerate(ranking[:depth], start=1):
            if document in places:
                discounts[row, places[document]] = 1 / np.log2(rank + 1)
    # With one run there is no difference: its own discounts matter.
    sizes = discounts.std(axis=0) if len(runs) > 1 else discounts.sum(axis=0)
    largest = sizes.max(initial=0.0)
    sizes = np.maximum(sizes, _LEAST * largest) if largest else np.ones(len(documents))
    return dict(zip(documents, sizes.tolist(), strict=True))


def priority_sample(
    items: Iterable[tuple[str, str, float, float]],
    grades: Mapping[tuple[str, str], int],
    predicted: Mapping[tuple[str, str], tuple[float, ...]] | None = None,
) -> list[SampledItem]:
    """What is in the sample when some documents are judged, and with which probability.

    The sample ends before the first document, by priority, that is not judged. Judgements beyond it
    wait until the gap is closed.

    Parameters
    ----------
    items
        Query, document, place and size of every document of the pool.
    grades
        Those there are, by query and document.
    predicted
        Probabilities of grades, by query and document.

    Raises
    ------
    InvalidInputError
        If a place is not in (0, 1), or a size not above 0.
    """
    pool = list(items)
    for query, document, place, size in pool:
        if not (0 < place < 1 and size > 0):
            raise InvalidInputError(
                f"{query} {document}: a place lies in (0, 1) and a size above 0, got {place} and "
                f"{size}"
            )
    end = min(
        (place / size for query, document, place, size in pool if (query, document) not in grades),
        default=np.inf,
    )
    return [
        SampledItem(
            query,
            document,
            min(1.0, size * end),
            grades[query, document] if place / size < end else None,
            (predicted or {}).get((query, document), ()),
        )
        for query, document, place, size in pool
    ]
