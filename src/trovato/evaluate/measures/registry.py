"""From the name of a measure to the measure."""

from __future__ import annotations

import re

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
    """
    match = re.fullmatch(r"\s*([A-Za-z]+)(?:@(\d+))?\s*", name, flags=re.ASCII)
    kind = _BY_NAME.get(match[1].lower()) if match else None
    if match is None or kind is None:
        known = ", ".join(
            f"{kind.name}@k" if kind.needs_cutoff else f"{kind.name}[@k]" for kind in _KINDS
        )
        raise InvalidInputError(f"no measure is called {name!r}; use one of {known}")
    return kind(int(match[2]) if match[2] else None)
