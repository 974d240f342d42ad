"""Which short passages of a text meet the most of a question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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

    Examples
    --------
    >>> import numpy as np
    >>> met = np.array([[0.0], [0.9], [0.8], [0.1]], np.float32)
    >>> (window,) = best_windows(met, width=2, count=1)
    >>> (window.start, window.end)
    (1, 2)
    """
    if width < 1 or count < 1:
        raise InvalidInputError(f"width and count must be at least 1, got {width} and {count}")
    free = np.ones(len(met), bool)
    open_met = np.array(met)
    found: list[Window] = []
    if not len(met):
        return found
    worth = _sliding_maximum(open_met, width).sum(axis=1)
    while len(found) < count:
        start = int(np.argmax(worth))
        inside = np.flatnonzero(open_met[start : start + width].any(axis=1)) + start
        if not len(inside):
            break
        window = _unbroken_run(inside, free)
        within = slice(window.start, window.stop)
        score = float(open_met[within].max(axis=0).sum())
        found.append(Window(window.start, window.stop, score))
        free[within], open_met[within] = False, 0
        # Only windows that reach into this one are worth less now.
        first, last = max(0, window.start - width + 1), min(window.stop, len(worth))
        beside = open_met[first : last + width - 1]
        worth[first:last] = _sliding_maximum(beside, width).sum(axis=1)
    return found


def _sliding_maximum(
    values: Float32[np.ndarray, "words queries"], width: int
) -> Float32[np.ndarray, "starts queries"]:
    """The largest of each `width` neighbours, or of all where there are fewer.

    Maxima of 1, 2, 4 … neighbours; two of the last that overlap make any width.
    """
    width = min(width, len(values))
    reach = 1
    while 2 * reach <= width:
        values = np.maximum(values[:-reach], values[reach:])
        reach *= 2
    rest = width - reach
    largest: Float32[np.ndarray, "starts queries"] = np.maximum(
        values[: len(values) - rest], values[rest:]
    )
    return largest


def _unbroken_run(matched: np.ndarray, free: np.ndarray) -> range:
    """The words from the first to the last match, cut where an earlier window lies between."""
    first, last = int(matched[0]), int(matched[-1])
    taken = np.flatnonzero(~free[first : last + 1])
    if len(taken):
        last = int(matched[np.searchsorted(matched, first + taken[0]) - 1])
    return range(first, last + 1)
