"""A recommender under the benchmark: all users, all items, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, Recommender, Sequences, no_progress
from trovato.core.shapes import Bool, Float32, Float64, Int64
from trovato.evaluate import NDCG, AveragePrecision, Estimate, Precision, Recall, ReciprocalRank
from trovato.evaluate.measures.base import CutMeasure
from trovato.evaluate.recommendation import (
    AUC,
    BeyondAccuracy,
    MetricAccumulator,
    MetricConventions,
    clustered_interval,
)
from trovato.ops import best_in_tiles
from trovato.recommend.batch import tiles_of
from trovato.recommend.benchmark.metrics import Metrics, Slice
from trovato.recommend.dataset import Experiment
from trovato.recommend.listed_items import ListedItems

_TOGETHER = 1024  # users scored at once
_SHORT = 10  # a history of fewer items is short

_Scores = Float32[np.ndarray, " rows"]
_Labels = Bool[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What the benchmark gathered about a recommender, from which all figures follow.

    Parameters
    ----------
    protocol
        Name and version.
    tallies
        By the name of the slice; see `Metrics`.
    auc
        NaN where all test rows are of one kind.
    influence
        How far each user's rows move the AUC, `(users,)`.
    exposure
        What was recommended.
    left_out
        Users who want something, but have no training row.
    """

    protocol: str
    tallies: dict[str, MetricAccumulator]
    auc: float
    influence: Float64[np.ndarray, " users"]
    exposure: BeyondAccuracy
    left_out: int

    @property
    def figures(self) -> Metrics:
        """The means with their intervals."""
        return Metrics(
            protocol=self.protocol,
            slices={
                name: Slice(tally.users, tally.estimates())
                for name, tally in self.tallies.items()
                if tally.users
            },
            auc=self.auc,
            coverage=self.exposure.coverage,
            novelty=self.exposure.novelty,
            popularity=self.exposure.popularity,
            left_out=self.left_out,
        )

    def auc_interval(self) -> Estimate:
        """The AUC with its interval over users."""
        return clustered_interval(self.auc, self.influence)

    def minus(self, other: Trial) -> dict[str, Estimate]:
        """How much better this one is than another over the same users, in pairs, by measure."""
        differences = self.tallies["all"].minus(other.tallies["all"])
        auc = clustered_interval(self.auc - other.auc, self.influence - other.influence)
        return {**differences, "AUC": auc}


def run_benchmark(
    recommender: Recommender | ListedItems,
    experiment: Experiment,
    *,
    measures: Sequence[CutMeasure] | None = None,
    conventions: MetricConventions = MetricConventions(),
    repeat: bool = False,
    allowed: Bool[np.ndarray, " items"] | None = None,
    resamples: int = 200,
    progress: ProgressCallback = no_progress,
) -> Metrics:
    """The figures of `run_trial`, which takes and refuses the same."""
    return run_trial(
        recommender,
        experiment,
        measures=measures,
        conventions=conventions,
        repeat=repeat,
        allowed=allowed,
        resamples=resamples,
        progress=progress,
    ).figures


def run_trial(
    recommender: Recommender | ListedItems,
    experiment: Experiment,
    *,
    measures: Sequence[CutMeasure] | None = None,
    conventions: MetricConventions = MetricConventions(),
    repeat: bool = False,
    allowed: Bool[np.ndarray, " items"] | None = None,
    resamples: int = 200,
    progress: ProgressCallback = no_progress,
) -> Trial:
    """Rank the whole catalogue for every user who has training rows; no item is sampled.

    Parameters
    ----------
    recommender
        Of the experiment's catalogue; or lists that another program has made.
    experiment
        The log under its protocol.
    measures
        With cutoffs of at most the protocol's; nDCG, R, P, AP and RR at it by default.
    conventions
        See `trovato.evaluate.recommendation.CONVENTIONS`.
    repeat
        Whether what a user was shown in training may be recommended. Where it is on the test rows
        again, it can be found only then.
    allowed
        Which items may be recommended at all; None for all.
    resamples
        Draws behind each interval.
    progress
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
    seen = None if repeat else experiment.seen()
    trained = experiment.trained > 0
    tested = np.flatnonzero(trained & (experiment.test_items.lengths > 0))
    audience = np.bincount(experiment.histories.items, minlength=len(cold))
    exposure = BeyondAccuracy.empty(audience, int(np.count_nonzero(experiment.histories.lengths)))
    empty = MetricAccumulator.empty(wanted, conventions, resamples=resamples)
    names = ("all", "short history", "long history", "warm items", "cold items")
    tallies = dict.fromkeys(names, empty)
    auc = AUC.of(np.zeros(0, np.float32), np.zeros(0, bool))
    judged = list[tuple[_Scores, _Labels]]()
    for first in range(0, len(tested), _TOGETHER):
        users = tested[first : first + _TOGETHER]
        histories, truth = experiment.histories.take(users), targets.take(users)
        scored = (
            recommender.score(users)
            if isinstance(recommender, ListedItems)
            else recommender.score(histories)
        )
        best, _ = best_in_tiles(
            tiles_of(scored, allowed),
            len(users),
            len(cold),
            k,
            seen=None if seen is None else seen.take(users),
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
        judged.append((scored.pairs(rows.users, rows.items), _positive(experiment, users)))
        auc += AUC.of(*judged[-1])
        progress("users", first + len(users), len(tested))
    if not tallies["all"].users:
        raise InvalidInputError(
            "nobody with training rows cared for anything in the test: the log is too small"
        )
    influence = np.concatenate([auc.influence(*block) for block in judged])
    who = np.repeat(np.arange(len(tested)), experiment.test_items.lengths[tested])
    return Trial(
        protocol=experiment.protocol.name,
        tallies=tallies,
        auc=auc.value,
        influence=np.bincount(who, influence, len(tested)),
        exposure=exposure,
        left_out=int(np.count_nonzero(~trained & (targets.lengths > 0))),
    )


def _only(histories: Sequences, kept: Bool[np.ndarray, " rows"]) -> Sequences:
    return Sequences.of(histories.users[kept], histories.items[kept], len(histories))


def _positive(
    experiment: Experiment, users: Int64[np.ndarray, " users"]
) -> Bool[np.ndarray, " rows"]:
    """Labels of the test rows of some users, in their order."""
    test = experiment.test_items
    places = Sequences(np.arange(len(test.items)), test.offsets).take(users)
    labels: Bool[np.ndarray, " rows"] = experiment.test_positive[places.items]
    return labels
