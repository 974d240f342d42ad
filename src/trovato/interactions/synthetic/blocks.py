"""All rows of a run of users, ready to be divided among weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Int32, Int64, Shaped, UInt8, UInt64
from trovato.interactions.storage.layout import WEEKS
from trovato.interactions.synthetic.config import Scale
from trovato.interactions.synthetic.exposure_model import Exposure
from trovato.interactions.synthetic.interest_model import draw_interests
from trovato.interactions.synthetic.population import (
    PLACES,
    Items,
    Users,
    blocks_of,
    draw_agents,
    draw_items,
    draw_users,
)
from trovato.interactions.synthetic.response_model import Respondents

_LEAST_ROWS, _MOST_ROWS, _BLOCKS = 1 << 20, 1 << 23, 4000
_SESSION = 12  # videos that are watched in one go, on average
SWITCHES = 0.1  # rows whose context is not the user's usual one
# 16 bytes, which are gathered fastest.
ROW = np.dtype(
    [
        ("time", "<u4"),
        ("user", "<u4"),
        ("item", "<u4"),
        ("place", "u1"),
        ("agent", "u1"),
        ("timespent", "u1"),
        ("flags", "u1"),
    ]
)

Block = Shaped[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticModel:
    """Everything that rows are drawn from; the same for the same scale."""

    scale: Scale
    users: Users
    items: Items
    exposure: Exposure
    people: Respondents
    borders: Int32[np.ndarray, " borders"]

    @staticmethod
    def of(scale: Scale) -> SyntheticModel:
        """Draw users and videos, and set the level of their behaviour."""
        items, centres = draw_items(scale)
        users = draw_users(scale, centres)
        exposure = Exposure(items)
        borders = blocks_of(
            users.rows, int(np.clip(scale.rows // _BLOCKS, _LEAST_ROWS, _MOST_ROWS))
        )
        random = generator(scale.seed, "pilot of a log")
        pilot = _Shown.draw(users, exposure, (0, int(borders[1])), random)
        people = Respondents.calibrated(users, items, pilot.users, pilot.items, random)
        return SyntheticModel(scale, users, items, exposure, people, borders)

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.borders) - 1

    def rows_of(self, number: int) -> int:
        """Rows of a block."""
        return int(self.users.rows[self.borders[number] : self.borders[number + 1]].sum())

    def block(self, number: int) -> tuple[Block, Int64[np.ndarray, " weeks_plus_1"]]:
        """The rows of a block by week and time in the week, and where each week begins.

        `user` and `item` count from 0. A user's rows of one session have the same time and stand
        together.
        """
        random = generator(self.scale.seed, f"block {number} of a log")
        first, last = (int(border) for border in self.borders[number : number + 2])
        shown = _Shown.draw(self.users, self.exposure, (first, last), random)
        answers = self.people.respond(shown.users, shown.items, random)
        place, agent = self._context(shown.users, random)

        # By week, time and row: the row makes every key different.
        row = np.arange(len(shown.times), dtype=np.uint64)
        keys = np.sort((shown.weeks.astype(np.uint64) << 56) | (shown.times << 24) | row)
        order = (keys & ((1 << 24) - 1)).astype(np.int64)
        block = np.empty(len(shown.times), ROW)
        block["time"] = shown.times
        block["user"] = shown.users
        block["item"] = shown.items
        block["place"] = place
        block["agent"] = agent
        block["timespent"] = answers.timespent
        block["flags"] = answers.flags
        block = block[order]
        counts = np.bincount(shown.weeks, minlength=WEEKS)
        return block, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def _context(
        self, rows: Int32[np.ndarray, " rows"], random: np.random.Generator
    ) -> tuple[UInt8[np.ndarray, " rows"], UInt8[np.ndarray, " rows"]]:
        """Place and agent of each row: the user's usual ones, or now and then others."""
        place, agent = self.users.place[rows], self.users.agent[rows]
        switched = np.flatnonzero(random.random(len(rows), dtype=np.float32) < SWITCHES)
        place[switched] = random.integers(0, PLACES, len(switched), dtype=np.uint8)
        agent[switched] = draw_agents(random, len(switched))
        return place, agent


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """Who is shown what in which week, by user and week."""

    users: Int32[np.ndarray, " rows"]
    weeks: UInt8[np.ndarray, " rows"]
    times: UInt64[np.ndarray, " rows"]
    items: Int32[np.ndarray, " rows"]

    @staticmethod
    def draw(
        users: Users, exposure: Exposure, run: tuple[int, int], random: np.random.Generator
    ) -> _Shown:
        """All rows of a run of users: from the first to before the last."""
        rows = np.repeat(np.arange(*run, dtype=np.int32), users.rows[slice(*run)])
        share = random.random(len(rows), dtype=np.float32) * users.weeks[rows]
        weeks = np.minimum(users.first_week[rows] + share.astype(np.uint8), WEEKS - 1)
        # Each user's rows by rising week: the user stays, so one number can be sorted.
        keys = np.sort((rows.astype(np.uint64) << 8) | weeks)
        weeks = (keys & 255).astype(np.uint8)
        new_week = np.ones(len(keys), bool)
        new_week[1:] = keys[1:] != keys[:-1]
        begins = new_week | (random.random(len(keys), dtype=np.float32) < 1 / _SESSION)
        session = np.cumsum(begins) - 1
        first = np.flatnonzero(begins)
        # When each session begins, as a share of the week, of 2³²: rising within a user's week.
        arrival = random.integers(0, 1 << 32, len(first), np.uint64)
        arrival |= np.cumsum(new_week[first]).astype(np.uint64) << 32
        times = np.sort(arrival) & ((1 << 32) - 1)
        interests = draw_interests(users, rows[first], exposure.clusters, random)
        items = exposure.draw_distinct(rows, interests.take(session), weeks, random)
        return _Shown(rows, weeks, times.take(session), items)
