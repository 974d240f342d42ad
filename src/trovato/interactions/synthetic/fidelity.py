"""How like the published log a drawn one is: its figures, and where each must lie."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, fields, no_progress
from trovato.core.shapes import Float64
from trovato.interactions.counts.counts import count_rows
from trovato.interactions.counts.statistics import Stats, stats
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import TRAIN_WEEKS, VALIDATION_WEEK, WEEKS
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic.blocks import SWITCHES
from trovato.interactions.synthetic.config import ITEMS, POSITIVES, ROWS, SECONDS_WATCHED, USERS
from trovato.interactions.synthetic.population import (
    ACTIVITY_SPREAD,
    AGENTS,
    LENGTH,
    LENGTH_SPREAD,
    LENGTHS,
    PLACES,
    PLATFORM_OF,
    PLATFORMS,
    POPULARITY_TAIL,
    agent_shares,
    zipf,
)
from trovato.interactions.synthetic.published_moments import (
    chi_square,
    kolmogorov,
    log_normal_tail,
    tail_exponent,
)

_TAIL = 0.01  # of users and of items: the most active, the most popular
_CUT = 0.001  # of items, those with the best ranks
_AGED = 0.4  # rows of these in week 25, against their mean in training, at most


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure, and where it must lie."""

    name: str
    found: float
    least: float
    most: float

    @property
    def holds(self) -> bool:
        """Whether it lies there."""
        return self.least <= self.found <= self.most

    @staticmethod
    def near(name: str, found: float, wanted: float, share: float) -> Comparison:
        """Close to what is wanted, by a share of it."""
        return Comparison(name, found, wanted * (1 - share), wanted * (1 + share))


def compare(log: InteractionLog, progress: ProgressCallback = no_progress) -> list[Comparison]:
    """Put a log beside the totals of VK-LSVD and the laws that `synthesise` draws from.

    A share of rows may be off by 1 % (`dislike` 3 %) and 4 standard errors, the exponent of a tail
    by 10 % and 3. Distances from a law may be as large as one draw in a thousand is by chance.

    Raises
    ------
    InvalidInputError
        If the log is not whole: all 27 weeks, with tables of users and items.
    UnreadableFileError
        If a file is damaged, or has an id that the tables do not.
    """
    if list(log.numbers) != list(range(WEEKS)) or not (
        log.has_table(fields.USER) and log.has_table(fields.ITEM)
    ):
        raise InvalidInputError(
            f"a log is compared when it has all {WEEKS} weeks and tables of users and items"
        )
    counted = stats(log, progress)
    return [
        *_totals(counted),
        *_tails(counted),
        *_lengths(log),
        *_ageing(log, progress),
        *_contexts(log),
    ]


def _totals(counted: Stats) -> Iterator[Comparison]:
    found = counted.summary()
    density = ROWS / (USERS * ITEMS)
    yield Comparison.near("rows per user and item", float(found["density"]), density, 0.01)
    seconds = float(found["seconds_per_row"])
    yield Comparison.near("seconds watched per row", seconds, SECONDS_WATCHED / ROWS, 0.01)
    for name, total in POSITIVES.items():
        expected = total / ROWS * counted.rows
        share = (0.03 if name == "dislike" else 0.01) + 4 / math.sqrt(expected)
        yield Comparison.near(
            f"{name} per row", float(found[f"{name}_per_row"]), total / ROWS, share
        )


def _tails(counted: Stats) -> Iterator[Comparison]:
    activity = log_normal_tail(ACTIVITY_SPREAD, _TAIL)
    for name, counts, wanted in (
        ("tail exponent of rows per user", counted.of_users, activity),
        ("tail exponent of rows per item", counted.of_items, POPULARITY_TAIL),
    ):
        found, error = tail_exponent(counts, _TAIL)
        yield Comparison.near(name, found, wanted, 0.1 + 3 * error / found)


def _lengths(log: InteractionLog) -> Iterator[Comparison]:
    seconds = log.items()[fields.DURATION].to_numpy()
    yield Comparison(
        "99 % of items are shorter, s", float(np.quantile(seconds, 0.99)), 154.0, 160.0
    )
    # Whole seconds: those below 4 are all 3, and those of 250 or more are 250.
    ends = np.arange(1, 257, dtype=np.float64)
    z = np.log(ends / LENGTH) / (LENGTH_SPREAD * math.sqrt(2))
    law = np.array([(1 + math.erf(value)) / 2 for value in z.tolist()])
    law[: LENGTHS[0]], law[LENGTHS[1] :] = 0, 1
    distance, most = kolmogorov(np.bincount(seconds, minlength=256).astype(np.int64), law)
    yield Comparison("duration, Kolmogorov-Smirnov", distance, 0.0, most)


def _ageing(log: InteractionLog, progress: ProgressCallback) -> Iterator[Comparison]:
    train = count_rows(log.weeks(0, TRAIN_WEEKS - 1), fields.ITEM, progress)
    after = count_rows(log.weeks(VALIDATION_WEEK, VALIDATION_WEEK), fields.ITEM, progress)
    cut = train.ranks() <= max(_CUT * len(train.ids), 1)
    mean = max(int(train.rows[cut].sum()), 1) / TRAIN_WEEKS
    left = int(after.rows[cut].sum()) / mean
    most = _AGED + 1 / math.sqrt(int(cut.sum()))
    yield Comparison(f"week 25 of ip{_CUT:g}, of its weekly mean", left, 0.0, most)


def _contexts(log: InteractionLog) -> Iterator[Comparison]:
    """By everyone's first row in week 0: further rows of a person are mostly like it."""
    names = (fields.PLACE, fields.AGENT, fields.PLATFORM)
    kinds = dict(zip(names, (PLACES, AGENTS, PLATFORMS), strict=True))
    seen = np.zeros(0, np.uint32)
    counts = {name: np.zeros(256, np.int64) for name in names}
    for batch in log.weeks(0, 0).batches((fields.USER, *names)):
        users, first = np.unique(batch[fields.USER].to_numpy(), return_index=True)
        first = first[~np.isin(users, seen)]
        seen = np.union1d(seen, users)
        for name in names:
            firsts = batch[name].take(schema.arrow().array(first)).drop_null()
            counts[name] += np.bincount(firsts.to_numpy(), minlength=256)
    agents = agent_shares()
    usual: dict[str, Float64[np.ndarray, " kinds"]] = {
        fields.PLACE: (1 - SWITCHES) * zipf(PLACES) + SWITCHES / PLACES,
        fields.AGENT: agents,
        fields.PLATFORM: np.bincount(PLATFORM_OF, agents, PLATFORMS),
    }
    for name in names:
        statistic, most = chi_square(counts[name][: kinds[name]], usual[name])
        yield Comparison(f"{name}, chi-square", statistic, 0.0, most)
