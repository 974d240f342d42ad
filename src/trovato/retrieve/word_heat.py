"""The heat map of a page: its words, and how well each meets a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

from trovato.core import Box, Region, TextLayout
from trovato.core.shapes import Float32, Float64


def on_page(
    layout: TextLayout, boxes: Float32[np.ndarray, "boxes 4"]
) -> Float64[np.ndarray, "boxes 4"]:
    """The parts of boxes that lie on the page."""
    size = [layout.width, layout.height] * 2
    return np.minimum(np.maximum(boxes.astype(np.float64), 0.0), size)


class WordHeat(Sequence[Region]):
    """Words of a page that meet a question, in reading order.

    A page has hundreds of them and few are looked at, so each region is made when it is asked for.

    Parameters
    ----------
    text, layout
        The page's text and the boxes of its words.
    strength
        How well each word meets the question, at least 0 and somewhere above it.
    """

    def __init__(
        self, text: str, layout: TextLayout, strength: Float32[np.ndarray, " words"]
    ) -> None:
        self._text = text
        words = np.flatnonzero(strength > 0)
        self._boxes = on_page(layout, layout.boxes[words])
        self._spans = layout.spans[words]
        self._weights = strength[words].astype(np.float64) / float(strength.max())

    def __len__(self) -> int:
        return len(self._weights)

    @overload
    def __getitem__(self, place: int) -> Region: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Region, ...]: ...
    def __getitem__(self, place: int | slice) -> Region | tuple[Region, ...]:
        chosen = range(len(self))[place]
        if isinstance(chosen, range):
            return tuple(map(self._region, chosen))
        return self._region(chosen)

    def __iter__(self) -> Iterator[Region]:
        return map(self._region, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def _region(self, place: int) -> Region:
        start, end = self._spans[place].tolist()
        box = Box(*self._boxes[place].tolist())
        return Region(box, float(self._weights[place]), self._text[start:end])
