"""Where libraries differ in what they call by the same name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MetricConventions:
    """The choices behind measures of recommendation, each of which moves the figures.

    "Reachable" is the smaller of the cutoff and the number of wanted items. The choices without
    arguments are those of `trovato.evaluate.NDCG` and its kin, which follow trec_eval.

    Parameters
    ----------
    ideal
        The best list that nDCG compares with: as many hits as are `reachable`, or hits on all
        places up to the `cutoff`, which no list for a user with fewer wanted items can meet.
    recall
        What hits are divided by: all `wanted` items, or those `reachable`.
    precision
        `cutoff`: hits by places, for each user. `pooled`: hits of all users by reachable items of
        all users, which is one figure and no mean over users.
    average_precision
        What the precisions at hits are divided by.
    no_targets
        A user who wants nothing is left out (`skip`) or counts 0 (`zero`).
    duplicates
        An item that a user wants twice counts `once`, or is `counted` twice in what is reachable
        (never in what is wanted or found).
    """

    ideal: Literal["reachable", "cutoff"] = "reachable"
    recall: Literal["wanted", "reachable"] = "wanted"
    precision: Literal["cutoff", "pooled"] = "cutoff"
    average_precision: Literal["wanted", "reachable", "cutoff"] = "wanted"
    no_targets: Literal["skip", "zero"] = "skip"
    duplicates: Literal["once", "counted"] = "once"


# Read in the libraries' sources: RecTools 0.19, RePlay 0.22, RecBole 1.2, implicit 0.7.
CONVENTIONS = {
    "trec": MetricConventions(),
    "rectools": MetricConventions(ideal="cutoff"),
    "replay": MetricConventions(
        average_precision="reachable", no_targets="zero", duplicates="counted"
    ),
    "recbole": MetricConventions(average_precision="reachable"),
    "implicit": MetricConventions(precision="pooled", average_precision="reachable"),
}
