"""The heat map of a page: its words, and how well each meets a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from trovato.core import Box, Region, TextLayout
from trovato.core.shapes import Float32, Int64


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
        self._layout = layout
        self._strength = strength

    @cached_property
    def _words(self) -> Int64[np.ndarray, " met"]:
        return np.flatnonzero(self._strength > 0)

    @cached_property
    def _strongest(self) -> float:
        return float(self._strength.max())

    def __len__(self) -> int:
        return len(self._words)

    @overload
    def __getitem__(self, place: int) -> Region: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Region, ...]: ...
    def __getitem__(self, place: int | slice) -> Region | tuple[Region, ...]:
        if isinstance(place, slice):
            return tuple(self._regions(self._words[place]))
        (region,) = self._regions(self._words[[place]])
        return region

    def __iter__(self) -> Iterator[Region]:
        return self._regions(self._words)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def _regions(self, words: Int64[np.ndarray, " chosen"]) -> Iterator[Region]:
        layout, text, strongest = self._layout, self._text, self._strongest
        return (
            Region(on_page(layout, box), weight / strongest, text[start:end])
            for box, weight, (start, end) in zip(
                layout.boxes[words].tolist(),
                self._strength[words].tolist(),
                layout.spans[words].tolist(),
                strict=True,
            )
        )


def on_page(layout: TextLayout, edges: Sequence[float]) -> Box:
    """The part of a box, from left to bottom, that lies on the page."""
    left, top, right, bottom = edges
    width, height = layout.width, layout.height
    return Box(
        min(max(left, 0.0), width),
        min(max(top, 0.0), height),
        min(max(right, 0.0), width),
        min(max(bottom, 0.0), height),
    )
