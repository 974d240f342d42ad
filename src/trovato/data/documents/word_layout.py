"""Words with boxes, put together to a page's text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import TextLayout
from trovato.core.shapes import Bool, Float64, Int32


@dataclass(frozen=True, slots=True, eq=False)
class PageText:
    """A text, the characters of each of its words `(words, 2)`, and their boxes in points."""

    text: str
    spans: Int32[np.ndarray, "words 2"]
    boxes: Float64[np.ndarray, "words 4"]

    def layout(self, width: float, height: float) -> TextLayout:
        """The words on a page of that size in points."""
        return TextLayout(width, height, self.spans, self.boxes.astype(np.float32))


def join_words(
    words: Sequence[str],
    boxes: Float64[np.ndarray, "words 4"],
    glued: Sequence[bool],
) -> PageText:
    """Set words one after the other: a space between them, a new line where a line ends.

    Parameters
    ----------
    words
        In reading order.
    boxes
        Left, top, right, bottom of each, in points.
    glued
        Whether a word goes on the one before it, across a hyphen at the end of a line.
    """
    breaks = starts_line(words, boxes)
    parts: list[str] = []
    spans = np.zeros((len(words), 2), np.int32)
    length = 0
    for index, word in enumerate(words):
        if index and not glued[index]:
            parts.append("\n" if breaks[index] else " ")
            length += 1
        spans[index] = length, length + len(word)
        parts.append(word)
        length += len(word)
    return PageText("".join(parts), spans, boxes)


def starts_line(
    words: Sequence[str], boxes: Float64[np.ndarray, "words 4"]
) -> Bool[np.ndarray, " words"]:
    """Which words begin a line: all that do not stand beside the word before them and after it.

    Beside is to overlap in height by half of the lower one of the two.
    """
    before, after = boxes[:-1], boxes[1:]
    shared = np.minimum(before[:, 3], after[:, 3]) - np.maximum(before[:, 1], after[:, 1])
    lower = np.minimum(before[:, 3] - before[:, 1], after[:, 3] - after[:, 1])
    leftwards = np.array(list(map(_is_leftwards, words[1:])), np.bool_)
    comes_after = np.where(leftwards, after[:, 2] <= before[:, 2], after[:, 0] >= before[:, 0])
    return np.append(True, (shared < lower / 2) | ~comes_after)[: len(words)]


def _is_leftwards(word: str) -> bool:
    """Whether a word is of a script that runs from right to left."""
    return not word.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL") for letter in word[:4]
    )
