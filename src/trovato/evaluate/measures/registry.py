"""From the name of a measure to the measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from trovato.core import InvalidInputError, Measure
from trovato.evaluate.measures.average_precision import AveragePrecision
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.measures.ndcg import NDCG
from trovato.evaluate.measures.precision import Precision
from trovato.evaluate.measures.recall import Recall
from trovato.evaluate.measures.reciprocal_rank import ReciprocalRank
from trovato.evaluate.measures.success import Success

_KINDS: tuple[type[CutMeasure], ...] = (
    NDCG,
    Recall,
    ReciprocalRank,
    Precision,
    AveragePrecision,
    Success,
)
_BY_NAME = {kind.name.lower(): kind for kind in _KINDS} | {
    "recall": Recall,
    "precision": Precision,
    "mrr": ReciprocalRank,
    "map": AveragePrecision,
}

# What `evaluate` takes for a measure: see `named_measures`.
MeasureLike = str | Measure | type[CutMeasure] | Callable[[Sequence[str], Mapping[str, int]], float]


def parse_measure(name: str) -> Measure:
    """The measure with that name.

    Parameters
    ----------
    name
        A name and, after `@`, a cutoff: `nDCG@10`, `R@5`, `RR`, `P@10`, `AP`, `Success@1`. Case
        does not matter; `MRR`, `MAP`, `Recall` and `Precision` are understood too. Names follow
        ir_measures.

    Raises
    ------
    InvalidInputError
        If there is no such measure, or its cutoff is missing or below 1.

    Examples
    --------
    >>> parse_measure("nDCG@10")
    NDCG(k=10)
    """
    match = re.fullmatch(r"\s*([A-Za-z]+)(?:@(\d+))?\s*", name, flags=re.ASCII)
    kind = _BY_NAME.get(match[1].lower()) if match else None
    if match is None or kind is None:
        known = ", ".join(
            f"{kind.name}@k" if kind.needs_cutoff else f"{kind.name}[@k]" for kind in _KINDS
        )
        raise InvalidInputError(f"no measure is called {name!r}; use one of {known}")
    return kind(int(match[2]) if match[2] else None)


def named_measures(
    measures: MeasureLike | Iterable[MeasureLike],
) -> dict[str, Measure]:
    """One measure or several, by the name that each prints as.

    Parameters
    ----------
    measures
        Names (see `parse_measure`), measures such as `nDCG @ 10`, kinds that need no cutoff such as
        `RR`, and functions of a ranking and its grades, which are called by their `__name__`.

    Raises
    ------
    InvalidInputError
        If there is none, one is none of these, or two share a name.
    """
    several = [measures] if isinstance(measures, str) or callable(measures) else measures
    found = [_measure(one) for one in several]
    names = [str(getattr(one, "__name__", one)) for one in found]
    if not names or len(set(names)) < len(names):
        raise InvalidInputError(f"measures must be one or more and differ, got {names}")
    return dict(zip(names, found, strict=True))


def _measure(one: object) -> Measure:
    if isinstance(one, str):
        return parse_measure(one)
    if isinstance(one, type) and issubclass(one, CutMeasure):
        return one()
    if callable(one):
        return one
    raise InvalidInputError(
        f"a measure is a name such as 'nDCG@10', an object such as nDCG @ 10, or a function of a "
        f"ranking and its grades, got {one!r}"
    )
