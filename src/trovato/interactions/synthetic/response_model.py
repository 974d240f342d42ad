"""How long someone watches, and what they say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from trovato.core import fields
from trovato.core.shapes import Float32, Int32, UInt8
from trovato.interactions.synthetic.config import POSITIVES, ROWS, SECONDS_WATCHED
from trovato.interactions.synthetic.exposure_model import TOGETHER
from trovato.interactions.synthetic.population import TASTE_STEP, Items, Users

_SKIMMED = 3.0  # mean seconds of a video that is skipped
# Watched share of a video that is not skipped: given up, seen to the end, replayed.
_PARTS = ((0.30, 0.45, 0.20), (0.55, 1.0, 0.08), (0.15, 1.9, 0.5))  # share, mean, deviation
# What each signal depends on: affinity, watched share, the user's warmth, the video's quality,
# and whether it was liked.
_DEPENDS = {
    "like": (0.9, 1.0, 1.0, 1.0, 0.0),
    "dislike": (-0.8, -0.8, 0.6, -1.0, -2.0),
    "share": (0.6, 0.8, 0.7, 0.8, 1.5),
    "bookmark": (0.7, 0.8, 0.5, 0.8, 1.8),
    "click_on_author": (0.6, 0.5, 0.5, 0.4, 1.2),
    "open_comments": (0.2, 1.0, 0.7, 0.6, 0.5),
}

Rows = Float32[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True)
class Responses:
    """What came of some rows."""

    timespent: UInt8[np.ndarray, " rows"]
    flags: UInt8[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True)
class Intercepts:
    """The level of each behaviour, found so that totals are as published."""

    skip: float
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Respondents:
    """Users, videos and the levels of their behaviour."""

    users: Users
    items: Items
    intercepts: Intercepts

    @staticmethod
    def calibrated(
        users: Users,
        items: Items,
        rows: Int32[np.ndarray, " rows"],
        shown: Int32[np.ndarray, " rows"],
        random: np.random.Generator,
    ) -> Respondents:
        """Levels at which mean watch time and the share of each signal are the published ones.

        They are found on some rows of the log. Few users stand behind these, so each row takes the
        warmth of somebody else: it depends on nothing else, and its chance is averaged away.
        """
        meeting = _Meeting.of(users, items, rows, shown)
        anyone = np.searchsorted(
            np.cumsum(users.rows), random.integers(0, users.rows.sum(), len(rows)), side="right"
        )
        meeting = replace(meeting, warmth=users.warmth[anyone])
        draws = _Watching.draw(random, len(rows))
        # More skipping, less time: what rises with the level is the time taken away.
        skip = _solve(
            lambda level: -float(meeting.timespent(level, draws).mean()), -SECONDS_WATCHED / ROWS
        )
        ratio = meeting.ratio(meeting.timespent(skip, draws))
        levels: dict[str, float] = {}
        liked = np.zeros(len(rows), np.float32)
        for name in fields.SIGNALS:
            inputs = meeting.inputs(name, ratio, liked)
            levels[name] = _solve(partial(_mean_chance, inputs), POSITIVES[name] / ROWS)
            if name == "like":
                chance = _sigmoid(inputs + np.float32(levels[name]))
                liked = (random.random(len(rows), dtype=np.float32) < chance).astype(np.float32)
        return Respondents(users, items, Intercepts(skip, levels))

    def respond(
        self,
        rows: Int32[np.ndarray, " rows"],
        shown: Int32[np.ndarray, " rows"],
        random: np.random.Generator,
    ) -> Responses:
        """Watch time and signals of users (`rows`) to whom videos (`shown`) are shown."""
        spent = np.empty(len(rows), np.uint8)
        flags = np.empty(len(rows), np.uint8)
        for first in range(0, len(rows), TOGETHER):
            part = slice(first, first + TOGETHER)
            spent[part], flags[part] = self._respond(rows[part], shown[part], random)
        return Responses(spent, flags)

    def _respond(
        self,
        rows: Int32[np.ndarray, " rows"],
        shown: Int32[np.ndarray, " rows"],
        random: np.random.Generator,
    ) -> tuple[UInt8[np.ndarray, " rows"], UInt8[np.ndarray, " rows"]]:
        meeting = _Meeting.of(self.users, self.items, rows, shown)
        draws = _Watching.draw(random, len(rows))
        spent = meeting.timespent(self.intercepts.skip, draws)
        ratio = meeting.ratio(spent)
        flags = np.zeros(len(rows), np.uint8)
        liked = np.zeros(len(rows), np.float32)
        for bit, name in enumerate(fields.SIGNALS):
            inputs = meeting.inputs(name, ratio, liked)
            inputs += np.float32(self.intercepts.signals[name])
            said = random.random(len(rows), dtype=np.float32) < _sigmoid(inputs)
            flags |= said.view(np.uint8) << np.uint8(bit)
            if name == "like":
                liked = said.astype(np.float32)
        return spent, flags


@dataclass(frozen=True, slots=True, eq=False)
class _Meeting:
    """What is known of users and of the videos that are shown to them, row by row."""

    affinity: Rows
    duration: Rows
    warmth: Rows
    quality: Rows

    @staticmethod
    def of(
        users: Users,
        items: Items,
        rows: Int32[np.ndarray, " rows"],
        shown: Int32[np.ndarray, " rows"],
    ) -> _Meeting:
        # Four times the cosine of two tastes in 16 dimensions varies by about 1.
        seen = items.traits.take(shown)
        taste = seen["taste"].astype(np.float32)
        affinity = np.einsum("rt,rt->r", users.taste.take(rows, axis=0), taste)
        affinity *= np.float32(4 * TASTE_STEP)
        duration = seen["duration"].astype(np.float32)
        return _Meeting(affinity, duration, users.warmth[rows], seen["quality"])

    def timespent(self, skip: float, draws: _Watching) -> UInt8[np.ndarray, " rows"]:
        """Whole seconds, at most 255."""
        against = np.float32(skip) - np.float32(1.1) * self.affinity
        against -= np.float32(1.5) * self.quality
        skipped = draws.skips < _sigmoid(against)
        seconds = np.where(skipped, draws.skimmed, self.duration * draws.shares)
        return np.minimum(seconds, np.float32(255)).astype(np.uint8)

    def ratio(self, spent: UInt8[np.ndarray, " rows"]) -> Rows:
        """Watched share of the video, at most 2."""
        ratio: Rows = np.minimum(spent / self.duration, np.float32(2))
        return ratio

    def inputs(self, signal: str, ratio: Rows, liked: Rows) -> Rows:
        """What speaks for a signal, before its level."""
        like_it, watch_it, warm, good, after_like = (np.float32(x) for x in _DEPENDS[signal])
        inputs: Rows = like_it * self.affinity
        inputs += watch_it * ratio
        inputs += warm * self.warmth
        inputs += good * self.quality
        if signal != "like":
            inputs += after_like * liked
        return inputs


@dataclass(frozen=True, slots=True, eq=False)
class _Watching:
    """The random part of watching."""

    skips: Rows
    skimmed: Rows
    shares: Rows

    @staticmethod
    def draw(random: np.random.Generator, count: int) -> _Watching:
        part = random.random(count, dtype=np.float32)
        shares = random.standard_normal(count, dtype=np.float32)
        which = (part >= _PARTS[0][0]).view(np.uint8) + (part >= 1 - _PARTS[2][0]).view(np.uint8)
        shares *= np.array([deviation for _, _, deviation in _PARTS], np.float32)[which]
        shares += np.array([mean for _, mean, _ in _PARTS], np.float32)[which]
        return _Watching(
            random.random(count, dtype=np.float32),
            np.float32(_SKIMMED) * random.standard_exponential(count, dtype=np.float32),
            np.maximum(shares, np.float32(0.02)),
        )


def _mean_chance(inputs: Rows, level: float) -> float:
    return float(_sigmoid(inputs + np.float32(level)).mean())


def _sigmoid(values: Rows) -> Rows:
    chances: Rows = 1 / (1 + np.exp(-values))
    return chances


def _solve(rising: Callable[[float], float], goal: float) -> float:
    """Where a rising function has the value `goal`, by halving."""
    low, high = -20.0, 20.0
    for _ in range(25):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < goal else (low, middle)
    return (low + high) / 2
