"""What people are in the mood for: a chain over clusters of videos, session by session."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Int32, UInt8
from trovato.interactions.synthetic.population import Users

# Before each session but the first: back to a favourite, or on to the cluster after the last one.
RETURNS, MOVES_ON = 0.1, 0.1
FAVOURITE_SHARES = (0.5, 0.3, 0.2)


def draw_interests(
    users: Users,
    owners: Int32[np.ndarray, " sessions"],
    clusters: int,
    random: np.random.Generator,
) -> UInt8[np.ndarray, " sessions"]:
    """The cluster that each session is about.

    A person's first session is about one of their favourites. From one session to the next they
    return to a favourite, move on to the next cluster in the circle of all, or stay.

    Parameters
    ----------
    users
        Everybody.
    owners
        Whose session it is; sessions of one person stand together, in order of time.
    clusters
        How many there are.
    random
        Source of chance.
    """
    dice = random.random(len(owners), dtype=np.float32)
    returns = dice < RETURNS
    returns[:1] = True
    returns[1:] |= owners[1:] != owners[:-1]
    back = np.flatnonzero(returns)
    choice = np.searchsorted(
        np.cumsum(FAVOURITE_SHARES[:-1], dtype=np.float32),
        random.random(len(back), dtype=np.float32),
        side="right",
    )
    favourite = users.favourites[owners[back], choice].astype(np.int64)
    moved = np.cumsum(dice >= 1 - MOVES_ON)
    since = np.cumsum(returns) - 1  # which return it was that a session follows
    cluster = (favourite - moved[back])[since] + moved
    interests: UInt8[np.ndarray, " sessions"] = (cluster % clusters).astype(np.uint8)
    return interests
