"""A recommender under the benchmark: all users, all items, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Int64

from trovato.core import Histories, InvalidInputError
from trovato.evaluate import NDCG, AveragePrecision, Estimate, Precision, Recall, ReciprocalRank
from trovato.evaluate.measures.cutoff import CutMeasure
from trovato.evaluate.recommendation import AUC, Conventions, Exposure, Tally
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders import Recommender
from trovato.systems.vk_lsvd.experiment import Experiment

_TOGETHER = 1024  # users scored at once
_SHORT = 10  # a history of fewer items is short

Listener = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Slice:
    """Means over some of the users, or some of their targets."""

    users: int
    means: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the benchmark says of a recommender.

    Parameters
    ----------
    protocol
        Name and version.
    slices
        `all`; users with a `short history` (fewer than 10 items) or a `long history`; and the same
        lists against `cold items` (never shown in training) or `warm items` alone.
    auc
        Over all test rows of the users tested: that a positive one scores above another.
    coverage, novelty, popularity
        Of the lists; see `trovato.evaluate.recommendation.Exposure`.
    left_out
        Users who want something, but have no training row.
    """

    protocol: str
    slices: dict[str, Slice]
    auc: float
    coverage: float
    novelty: float
    popularity: float
    left_out: int

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it; an AUC that is not defined is null."""
        return {**asdict(self), "auc": None if np.isnan(self.auc) else self.auc}


def run_benchmark(
    recommender: Recommender,
    experiment: Experiment,
    *,
    measures: Sequence[CutMeasure] | None = None,
    conventions: Conventions = Conventions(),
    repeat: bool = True,
    resamples: int = 200,
    listener: Listener = lambda *_: None,
) -> Figures:
    """Rank the whole catalogue for every user who has training rows; no item is sampled.

    Parameters
    ----------
    recommender
        Of the experiment's catalogue.
    experiment
        The log under its protocol.
    measures
        With cutoffs of at most the protocol's; nDCG, R, P, AP and RR at it by default.
    conventions
        See `trovato.evaluate.recommendation.CONVENTIONS`.
    repeat
        Whether items of the history may be recommended again. The published log shows no item
        twice, so it masks nothing.
    resamples
        Draws behind each interval.
    listener
        Told how many users are done, of how many.

    Raises
    ------
    InvalidInputError
        If nobody can be tested, the recommender knows another catalogue, or a cutoff is too large.
    """
    k = experiment.protocol.cutoff
    wanted = measures or (NDCG(k), Recall(k), Precision(k), AveragePrecision(k), ReciprocalRank(k))
    if recommender.items != len(experiment.catalogue):
        raise InvalidInputError(
            f"the recommender knows {recommender.items} items and the log has "
            f"{len(experiment.catalogue)}: train it on this log"
        )
    targets, cold = experiment.targets, experiment.shown == 0
    trained = experiment.trained > 0
    tested = np.flatnonzero(trained & (experiment.test_items.lengths > 0))
    audience = np.bincount(experiment.histories.items, minlength=len(cold))
    exposure = Exposure.empty(audience, int(np.count_nonzero(experiment.histories.lengths)))
    empty = Tally.empty(wanted, conventions, resamples=resamples)
    names = ("all", "short history", "long history", "warm items", "cold items")
    tallies = dict.fromkeys(names, empty)
    auc = AUC.of(np.zeros(0, np.float32), np.zeros(0, bool))
    for first in range(0, len(tested), _TOGETHER):
        users = tested[first : first + _TOGETHER]
        histories, truth = experiment.histories.take(users), targets.take(users)
        scored = recommender.score(histories)
        best, _ = best_in_tiles(
            scored.tile, len(users), len(cold), k, seen=None if repeat else histories
        )
        short = histories.lengths < _SHORT
        for name, chosen, aims in (
            ("all", np.arange(len(users)), truth),
            ("short history", np.flatnonzero(short), truth),
            ("long history", np.flatnonzero(~short), truth),
            ("warm items", np.arange(len(users)), _only(truth, ~cold[truth.items])),
            ("cold items", np.arange(len(users)), _only(truth, cold[truth.items])),
        ):
            tallies[name] = tallies[name].add(
                experiment.users[users[chosen]], best[chosen], aims.take(chosen)
            )
        exposure = exposure.add(best)
        rows = experiment.test_items.take(users)
        auc += AUC.of(scored.pairs(rows.users, rows.items), _positive(experiment, users))
        listener(first + len(users), len(tested))
    if not tallies["all"].users:
        raise InvalidInputError(
            "nobody with training rows cared for anything in the test: the log is too small"
        )
    return Figures(
        protocol=experiment.protocol.name,
        slices={
            name: Slice(tally.users, tally.estimates())
            for name, tally in tallies.items()
            if tally.users
        },
        auc=auc.value,
        coverage=exposure.coverage,
        novelty=exposure.novelty,
        popularity=exposure.popularity,
        left_out=int(np.count_nonzero(~trained & (targets.lengths > 0))),
    )


def _only(histories: Histories, kept: Bool[np.ndarray, " rows"]) -> Histories:
    return Histories.of(histories.users[kept], histories.items[kept], len(histories))


def _positive(
    experiment: Experiment, users: Int64[np.ndarray, " users"]
) -> Bool[np.ndarray, " rows"]:
    """Labels of the test rows of some users, in their order."""
    test = experiment.test_items
    places = Histories(np.arange(len(test.items)), test.offsets).take(users)
    labels: Bool[np.ndarray, " rows"] = experiment.test_positive[places.items]
    return labels
