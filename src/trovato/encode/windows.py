"""How a long run of tokens is cut into windows that a model can take."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `start:stop` are read together; the vectors of `first:last` are taken from them."""

    start: int
    stop: int
    first: int
    last: int


def windows(count: int, size: int, overlap: int) -> list[Window]:
    """Cut `count` tokens into as few windows of at most `size` as overlap by `overlap`.

    All windows are equally long to within one token, so none is left with little context. Of two
    windows that share tokens each gives its nearer half: every token comes from exactly one
    window, the one where it is farther from the edge.

    Parameters
    ----------
    count
        Number of tokens, at least 0.
    size
        Most tokens per window.
    overlap
        Fewest tokens that neighbouring windows share, below `size`.
    """
    if count == 0:
        return []
    number = max(1, -(-(count - overlap) // (size - overlap)))
    length = -(-(count + (number - 1) * overlap) // number)
    starts = [(count - length) * i // max(1, number - 1) for i in range(number)]
    cuts = [
        0,
        *((start + before + length) // 2 for before, start in pairwise(starts)),
        count,
    ]
    return [
        Window(start, start + length, first, last)
        for start, (first, last) in zip(starts, pairwise(cuts), strict=True)
    ]
