"""Rankings of pictures for a picture and a change, by the rules of CIRR, CIRCO and FashionIQ.

Whether the reference may be found again differs: CIRR takes it out of the ranking, the public
evaluators of CIRCO and FashionIQ leave it in. CIRR's subset looks only among the other five
pictures of the query's group, so chance is .2 at 1. CIRCO divides by what can be found in k places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from trovato.core import InvalidInputError, check_many
from trovato.evaluate.measures import Recall
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.measures.relevance import relevant_count, relevant_hits
from trovato.evaluate.result import Report
from trovato.evaluate.run import evaluate


@dataclass(frozen=True)
class TruncatedAP(CutMeasure):
    """Average precision of the best `k`, divided by min(relevant items, `k`): CIRCO's mAP@k.

    Source: Baldrati et al., ICCV 2023, equation of mAP@K.
    """

    name: ClassVar[str] = "TruncatedAP"
    needs_cutoff: ClassVar[bool] = True

    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        wanted = min(relevant_count(grades), self.k or 0)
        found, total = 0, 0.0
        for rank, hit in enumerate(relevant_hits(best, grades), start=1):
            if hit:
                found += 1
                total += found / rank
        return total / wanted if wanted else 0.0


@dataclass(frozen=True, slots=True)
class ComposedProtocol:
    """How a benchmark measures.

    Parameters
    ----------
    name
        As reports write it.
    drop_reference
        Whether the reference picture is taken out of its ranking first.
    measures
        Over the whole gallery.
    subset_measures
        Among the pictures of the query's group, without the reference.
    """

    name: str
    drop_reference: bool
    measures: tuple[CutMeasure, ...]
    subset_measures: tuple[CutMeasure, ...] = ()


CIRR = ComposedProtocol(
    "CIRR", True, tuple(map(Recall, (1, 5, 10, 50))), tuple(map(Recall, (1, 2, 3)))
)
CIRCO = ComposedProtocol("CIRCO", False, tuple(map(TruncatedAP, (5, 10, 25, 50))))
FASHION_IQ = ComposedProtocol("FashionIQ", False, tuple(map(Recall, (10, 50))))


@dataclass(frozen=True, slots=True)
class ComposedReport:
    """What an evaluation under a protocol found.

    Parameters
    ----------
    protocol
        Its name.
    gallery
        Measures over the whole gallery.
    subset
        Those among the groups; None where the protocol has none.
    """

    protocol: str
    gallery: Report
    subset: Report | None


def evaluate_composed(
    run: Mapping[str, Sequence[str]],
    references: Mapping[str, str],
    targets: Mapping[str, Sequence[str]],
    protocol: ComposedProtocol,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    kinds: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
) -> ComposedReport:
    """Measures rankings under a protocol.

    Parameters
    ----------
    run
        By query: ids of pictures, best first. For subset measures all pictures of a group must be
        in it, so rank the whole gallery.
    references, targets
        By query: the picture it starts from, and those that are right.
    protocol
        `CIRR`, `CIRCO`, `FASHION_IQ` or one of your own.
    groups
        By query: the pictures of its group; needed for subset measures.
    kinds
        By query: names under which means are also told, such as CIRCO's semantic aspects.
    seed
        Of the intervals.

    Raises
    ------
    InvalidInputError
        If a query has no reference, no targets or, where they are measured, no group.
    """
    for name, lists in (
        ("ranking", run),
        ("targets", targets),
        ("group", groups),
        ("kinds", kinds),
    ):
        check_lists(name, lists or {})
    for name, table in (("reference", references), ("targets", targets)):
        if absent := [query for query in run if query not in table]:
            raise InvalidInputError(f"query {absent[0]!r} and {len(absent) - 1} more lack: {name}")
    if protocol.drop_reference:
        run = {query: without(found, references[query]) for query, found in run.items()}
    truth = {query: dict.fromkeys(right, 1) for query, right in targets.items()}
    whole = evaluate(run, truth, protocol.measures, groups=kinds, seed=seed)
    if not protocol.subset_measures:
        return ComposedReport(protocol.name, whole, None)
    if groups is None or any(query not in groups for query in run):
        raise InvalidInputError(f"{protocol.name} also measures within groups: pass all of them")
    within = {
        query: [one for one in without(found, references[query]) if one in set(groups[query])]
        for query, found in run.items()
    }
    subset = evaluate(within, truth, protocol.subset_measures, groups=kinds, seed=seed)
    return ComposedReport(protocol.name, whole, subset)


def check_lists(name: str, lists: Any) -> None:
    """Refuse one text where a query has several; before anything else, so of any type."""
    for query, several in lists.items():
        check_many(f"the {name} of query {query!r}", several)


def without(ranking: Sequence[str], reference: str) -> list[str]:
    """A ranking without the reference picture."""
    return [one for one in ranking if one != reference]
