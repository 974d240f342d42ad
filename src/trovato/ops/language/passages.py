"""Which words of a text meet a question, and which short passages the most of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32, Float64, Int32, Int64
from trovato.ops import _kernels


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
    starts, ends, scores = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count)
    found = _kernels.best_passages(np.ascontiguousarray(met), width, starts, ends, scores)
    edges = zip(
        starts[:found].tolist(), ends[:found].tolist(), scores[:found].tolist(), strict=True
    )
    return [Window(*window) for window in edges]


def span_scores(
    met: Float32[np.ndarray, "words queries"], spans: Int64[np.ndarray, "spans 2"]
) -> Float64[np.ndarray, " spans"]:
    """What runs of words are worth, as `best_windows` scores them.

    Parameters
    ----------
    met
        `(words, queries)`: how well each word meets each query token.
    spans
        First word of each run, and one past the last.

    Raises
    ------
    ValueError
        If a run reaches beyond the words.

    Examples
    --------
    >>> import numpy as np
    >>> met = np.array([[0.5, 0.0], [0.25, 1.0]], np.float32)
    >>> span_scores(met, np.array([[0, 2], [0, 1]])).tolist()
    [1.5, 0.5]
    """
    scores = np.zeros(len(spans))
    firsts, lasts = np.ascontiguousarray(spans.T)
    _kernels.span_scores(np.ascontiguousarray(met), firsts, lasts, scores)
    return scores


def meet_words(
    similarity: Float32[np.ndarray, "tokens queries"],
    tokens: Int32[np.ndarray, "tokens 2"],
    words: Int32[np.ndarray, "words 2"],
    floor: float,
) -> Float32[np.ndarray, "words queries"]:
    """How well each word of a text meets each query token: the best of the tokens that begin in it.

    Parameters
    ----------
    similarity
        Of the text's and the query's tokens.
    tokens, words
        First character of each, and one past the last; words rise and are disjoint. A token without
        characters is in no word.
    floor
        What is not above it counts 0, and 1 counts 1; below 1.

    Examples
    --------
    >>> import numpy as np
    >>> tokens, words = np.array([[0, 2], [2, 5], [6, 9]], np.int32), np.array([[0, 5]], np.int32)
    >>> meet_words(np.array([[0.5], [0.75], [1.0]], np.float32), tokens, words, 0.5).tolist()
    [[0.5]]
    """
    met = np.empty((len(words), similarity.shape[1]), np.float32)
    _kernels.meet_words(np.ascontiguousarray(similarity), tokens, words, floor, met)
    return met
