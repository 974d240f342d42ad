"""Whether a collection is fair to a run that had no part in its pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trovato.evaluate.inputs import QrelsLike, RunLike, as_qrels, as_run
from trovato.evaluate.measures.registry import parse_measure


@dataclass(frozen=True, slots=True)
class UniqueBias:
    """One run, measured with and without the documents that it alone brought to the pool.

    Parameters
    ----------
    unique
        How many documents no other run had in its first `depth`.
    pooled, left_out
        Mean with all judgements, and without those of its unique documents.
    """

    unique: int
    pooled: float
    left_out: float

    @property
    def bias(self) -> float:
        """How much is lost by having no part in the pool; negative where it is a loss."""
        return self.left_out - self.pooled


def leave_one_run_out(
    runs: Mapping[str, RunLike],
    qrels: QrelsLike,
    measure: str = "nDCG@10",
    *,
    depth: int = 10,
) -> dict[str, UniqueBias]:
    """For each run, what the judgements of the other runs' pool alone would say about it.

    Parameters
    ----------
    runs
        By name; each as of `evaluate`.
    qrels
        Judgements of the whole pool.
    measure
        As of `parse_measure`.
    depth
        Of the pool.

    Source: Zobel, "How reliable are the results of large-scale information retrieval experiments?",
    1998.
    """
    ranked = {name: as_run(run) for name, run in runs.items()}
    truth, of = as_qrels(qrels), parse_measure(measure)
    found = {}
    for name, run in ranked.items():
        pooled, left_out, unique = [], [], 0
        for query, grades in truth.items():
            others = {
                document
                for other, ranking in ranked.items()
                if other != name
                for document in ranking.get(query, [])[:depth]
            }
            alone = set(run.get(query, [])[:depth]) - others
            kept = {document: grade for document, grade in grades.items() if document not in alone}
            unique += len(alone & grades.keys())
            pooled.append(of(run.get(query, []), grades))
            left_out.append(of(run.get(query, []), kept))
        found[name] = UniqueBias(unique, float(np.mean(pooled)), float(np.mean(left_out)))
    return found
