"""The people and the videos of a drawn log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float32, Float64, Int32, Int64, Shaped, UInt8, UInt32
from trovato.interactions.storage.layout import WEEKS
from trovato.interactions.synthetic.config import Scale

TASTES = 16  # dimensions of what people like and what videos are
COHORTS = 35  # weeks in which videos are born: the last is week 26, the first week -8
FAVOURITES = 3
GEOS, PLACES, PLATFORMS, AGENTS = 80, 24, 11, 29
# Each client runs on one platform.
PLATFORM_OF = (np.arange(AGENTS) * PLATFORMS // AGENTS).astype(np.uint8)
# Exponents of Pareto's law: of rows per video, and of appeal, which must be spread more widely,
# since whoever looks for a kind of video sees each one once. The last is about the share of videos
# that are as appealing as can be.
POPULARITY_TAIL, _APPEAL_TAIL, _GREATEST = 1.2, 0.85, 4e-4
_DIGRESSIONS = 0.22  # series that are not about what their author's videos are mostly about
ACTIVITY_SPREAD = 1.1  # of the logarithm of a person's rows a week
# Seconds: the median, the spread of the logarithm, and the least and the most.
LENGTH, LENGTH_SPREAD, LENGTHS = 34, 0.657, (3, 250)
_USER_IDS, _ITEM_IDS = 525_000_000, 210_000_000
# Share of a video's vector that its series gives: the cosine of two videos of one series.
_SERIES_SHARE = 0.58
_DEMOGRAPHIC_SHARE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Users:
    """Who watches; arrays are `(users,)` unless said."""

    ids: UInt32[np.ndarray, " users"]
    age: UInt8[np.ndarray, " users"]
    gender: UInt8[np.ndarray, " users"]
    geo: UInt8[np.ndarray, " users"]
    rows: Int64[np.ndarray, " users"]
    first_week: UInt8[np.ndarray, " users"]
    weeks: UInt8[np.ndarray, " users"]
    taste: Float32[np.ndarray, "users tastes"]
    favourites: UInt8[np.ndarray, "users favourites"]
    warmth: Float32[np.ndarray, " users"]
    place: UInt8[np.ndarray, " users"]
    agent: UInt8[np.ndarray, " users"]


# What is looked up for every row, side by side; tastes in steps of 1/127.
TASTE_STEP = 1 / 127
_TRAITS = np.dtype([("taste", "i1", (TASTES,)), ("quality", "<f4"), ("duration", "u1")], align=True)


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What is watched, by rising cohort and then cluster."""

    ids: UInt32[np.ndarray, " items"]
    authors: UInt32[np.ndarray, " items"]
    cohort: UInt8[np.ndarray, " items"]
    cluster: UInt8[np.ndarray, " items"]
    clusters: int
    appeal: Float32[np.ndarray, " items"]
    traits: Shaped[np.ndarray, " items"]

    @property
    def duration(self) -> UInt8[np.ndarray, " items"]:
        """Length, seconds."""
        return np.ascontiguousarray(self.traits["duration"])

    @property
    def taste(self) -> Float32[np.ndarray, "items tastes"]:
        """What the video is, of length 1."""
        return self.traits["taste"] * np.float32(TASTE_STEP)


def draw_items(scale: Scale) -> tuple[Items, Float32[np.ndarray, "clusters tastes"]]:
    """The videos, and what the videos of each cluster have in common."""
    random = generator(scale.seed, "items of a log")
    count = scale.items
    clusters = int(np.clip(count // 4000, 12, 64))
    centres = _unit(random.standard_normal((clusters, TASTES), dtype=np.float32))
    authors = max(int(count**0.85), 1)
    of_author = random.integers(0, clusters, authors, dtype=np.uint8)
    author_own = _unit(random.standard_normal((authors, TASTES), dtype=np.float32))
    author_appeal = np.exp(0.5 * random.standard_normal(authors, dtype=np.float32))

    # Every author has a video; the others are shared out by Zipf's law.
    fame = 1 / np.arange(1, authors + 1) ** 0.8
    more = np.searchsorted(np.cumsum(fame) / fame.sum(), random.random(count - authors))
    author = np.concatenate([np.arange(authors), np.minimum(more, authors - 1)])
    length = LENGTH * np.exp(LENGTH_SPREAD * random.standard_normal(count, dtype=np.float32))
    duration = np.clip(length, *LENGTHS).astype(np.uint8)
    # An author's videos of one length are a series: it comes in one week, and may be a digression.
    _, first, series = np.unique(author * 256 + duration, return_index=True, return_inverse=True)
    cohort = random.integers(0, COHORTS, len(first)).astype(np.uint8)
    topic = of_author[author[first]]
    digresses = random.random(len(first)) < _DIGRESSIONS
    topic[digresses] = random.integers(0, clusters, int(digresses.sum()), dtype=np.uint8)

    order = np.lexsort((author, topic[series], cohort[series]))
    author, duration, series = author[order], duration[order], series[order]
    kind = _unit(centres[topic] + author_own[author[first]])
    taste = np.sqrt(np.float32(_SERIES_SHARE)) * kind[series]
    own = _unit(random.standard_normal((count, TASTES), dtype=np.float32))
    taste += np.sqrt(np.float32(1 - _SERIES_SHARE)) * own
    appeal = (1 - random.random(count, dtype=np.float32)) ** np.float32(-1 / _APPEAL_TAIL)
    appeal *= author_appeal[author]
    greatest = max(_GREATEST, 50 / count)
    traits = np.empty(count, _TRAITS)
    traits["taste"] = np.round(taste / np.float32(TASTE_STEP))
    traits["quality"] = 0.5 * random.standard_normal(count, dtype=np.float32)
    traits["duration"] = duration
    items = Items(
        ids=random.permutation(_distinct(random, count, _ITEM_IDS)),
        authors=_distinct(random, authors, _USER_IDS)[author],
        cohort=cohort[series],
        cluster=topic[series],
        clusters=clusters,
        appeal=np.minimum(appeal, np.float32(greatest ** (-1 / _APPEAL_TAIL))),
        traits=traits,
    )
    return items, centres


def draw_users(scale: Scale, centres: Float32[np.ndarray, "clusters tastes"]) -> Users:
    """The people; what they like most are the clusters nearest to their taste."""
    random = generator(scale.seed, "users of a log")
    count = scale.users
    age = np.clip(18 + random.gamma(2.2, 7.5, count), 18, 70).astype(np.uint8)
    gender = random.integers(0, 2, count).astype(np.uint8)
    group = gender * 6 + np.minimum((age - 18) // 9, 5)
    shared = _unit(random.standard_normal((12, TASTES), dtype=np.float32))
    own = _unit(random.standard_normal((count, TASTES), dtype=np.float32))
    taste = np.sqrt(np.float32(_DEMOGRAPHIC_SHARE)) * shared[group]
    taste = _unit(taste + np.sqrt(np.float32(1 - _DEMOGRAPHIC_SHARE)) * own)
    favourites = np.empty((count, FAVOURITES), np.uint8)
    for first in range(0, count, 1 << 16):
        near = taste[first : first + (1 << 16)] @ centres.T
        favourites[first : first + (1 << 16)] = np.argsort(-near, axis=1)[:, :FAVOURITES]
    first_week, weeks = _active_weeks(random, count)
    return Users(
        ids=_distinct(random, count, _USER_IDS),
        age=age,
        gender=gender,
        geo=draw_zipf(random, GEOS, count),
        rows=_rows_of(random, scale, weeks),
        first_week=first_week,
        weeks=weeks,
        taste=taste,
        favourites=favourites,
        warmth=0.8 * random.standard_normal(count, dtype=np.float32),
        place=draw_zipf(random, PLACES, count),
        agent=draw_agents(random, count),
    )


def draw_agents(random: np.random.Generator, count: int) -> UInt8[np.ndarray, " count"]:
    """Clients: a platform, and one of the few that run on it."""
    platform = draw_zipf(random, PLATFORMS, count)
    first = np.searchsorted(PLATFORM_OF, np.arange(PLATFORMS + 1)).astype(np.float32)
    several = np.diff(first)[platform]
    which = random.random(count, dtype=np.float32) ** 2 * several
    agents: UInt8[np.ndarray, " count"] = (first[platform] + which).astype(np.uint8)
    return agents


def draw_zipf(random: np.random.Generator, kinds: int, count: int) -> UInt8[np.ndarray, " count"]:
    """Numbers from 0 to before `kinds`, each half as often as that of half its rank."""
    return np.searchsorted(np.cumsum(zipf(kinds)), random.random(count)).astype(np.uint8)


def zipf(kinds: int) -> Float64[np.ndarray, " kinds"]:
    """Shares of Zipf's law."""
    shares = 1 / np.arange(1, kinds + 1)
    shares /= shares.sum()
    return shares


def agent_shares() -> Float64[np.ndarray, " agents"]:
    """How likely `draw_agents` draws each client."""
    runs_here = np.bincount(PLATFORM_OF, minlength=PLATFORMS)
    first = np.cumsum(runs_here) - runs_here
    several = runs_here[PLATFORM_OF]
    which = np.arange(AGENTS) - first[PLATFORM_OF]
    inside = np.sqrt((which + 1) / several) - np.sqrt(which / several)
    shares: Float64[np.ndarray, " agents"] = zipf(PLATFORMS)[PLATFORM_OF] * inside
    return shares


def _active_weeks(
    random: np.random.Generator, count: int
) -> tuple[UInt8[np.ndarray, " users"], UInt8[np.ndarray, " users"]]:
    """First week and number of weeks: all of them, but for 15 % who come late or leave early."""
    first = np.zeros(count, np.uint8)
    weeks = np.full(count, WEEKS, np.uint8)
    passing = random.random(count) < 0.15
    cut = random.integers(1, WEEKS, count).astype(np.uint8)
    late = passing & (random.random(count) < 0.5)
    first[late] = cut[late]
    weeks[late] = WEEKS - cut[late]
    early = passing & ~late
    weeks[early] = cut[early]
    return first, weeks


def _rows_of(
    random: np.random.Generator, scale: Scale, weeks: UInt8[np.ndarray, " users"]
) -> Int64[np.ndarray, " users"]:
    """Log-normal activity that sums to the rows wanted; nobody sees over a tenth of the videos."""
    share = np.exp(ACTIVITY_SPREAD * random.standard_normal(len(weeks))) * weeks
    most = np.maximum(0.1 * scale.items * weeks / WEEKS, 1.0)
    for _ in range(8):
        share = np.minimum(share * (scale.rows / share.sum()), most)
    ends: Float64[np.ndarray, " users"] = np.round(np.cumsum(share) * (scale.rows / share.sum()))
    return np.diff(ends, prepend=0).astype(np.int64)


def _distinct(random: np.random.Generator, count: int, most: int) -> UInt32[np.ndarray, " count"]:
    """Distinct numbers from 1 to `most`, rising."""
    drawn = np.unique(random.integers(1, most + 1, int(count * 1.2) + 100, dtype=np.uint32))
    left_out = random.choice(len(drawn), len(drawn) - count, replace=False)
    return np.delete(drawn, left_out)


def _unit(values: Float32[np.ndarray, "rows tastes"]) -> Float32[np.ndarray, "rows tastes"]:
    unit: Float32[np.ndarray, "rows tastes"] = values / np.linalg.norm(
        values, axis=1, keepdims=True
    )
    return unit


def blocks_of(rows: Int64[np.ndarray, " users"], wanted: int) -> Int32[np.ndarray, " borders"]:
    """Borders between runs of users who have about `wanted` rows together."""
    total = np.cumsum(rows)
    cuts = np.searchsorted(total, np.arange(wanted, int(total[-1]), wanted))
    return np.unique(np.concatenate([[0], cuts, [len(rows)]])).astype(np.int32)
