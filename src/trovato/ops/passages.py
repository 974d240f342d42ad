"""Which short passages of a text meet the most of a question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32


@dataclass(frozen=True, slots=True)
class Window:
    """Words `start` to `end` (exclusive), and how well they meet the query."""

    start: int
    end: int
    score: float


def best_windows(met: Float32[np.ndarray, "words queries"], width: int, count: int) -> list[Window]:
    """Find the windows of words that meet the query best, without overlap.

    A window scores like a small document under MaxSim: the sum over query tokens of the best match
    inside it. Windows are taken greedily, best first, the earliest at equal score, and trimmed to
    the words that meet something.

    Parameters
    ----------
    met
        `(words, queries)`: how well each word meets each query token, at least 0.
    width
        Words in a window, at least 1.
    count
        At most so many windows.

    Raises
    ------
    InvalidInputError
        If `width` or `count` is below 1.
    """
    if width < 1 or count < 1:
        raise InvalidInputError(f"width and count must be at least 1, got {width} and {count}")
    words = len(met)
    free = np.ones(words, bool)
    found: list[Window] = []
    while len(found) < count and bool(np.any(met[free] > 0)):
        open_met = np.where(free[:, None], met, 0)
        windows = sliding_window_view(open_met, min(width, words), axis=0)
        start = int(np.argmax(windows.max(axis=-1).sum(axis=1)))
        inside = np.flatnonzero(open_met[start : start + width].max(axis=1) > 0) + start
        window = _unbroken_run(inside, free)
        score = float(open_met[window.start : window.stop].max(axis=0).sum())
        found.append(Window(window.start, window.stop, score))
        free[window.start : window.stop] = False
    return found


def _unbroken_run(matched: np.ndarray, free: np.ndarray) -> range:
    """The words from the first to the last match, cut where an earlier window lies between."""
    first = last = int(matched[0])
    for word in matched[1:]:
        if not free[first : word + 1].all():
            break
        last = int(word)
    return range(first, last + 1)
