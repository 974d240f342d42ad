"""Text together with the place of each of its words on the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.errors import InvalidInputError
from trovato.core.records.boxes import Box
from trovato.core.shapes import Float32, Int32


@dataclass(frozen=True, slots=True, eq=False)
class TextLayout:
    """The words of one page: which characters they are and where they stand.

    Parameters
    ----------
    width, height
        Size of the page in points (1/72 inch).
    spans
        `(words, 2)`: first character and one past the last in the page's text, ascending,
        disjoint.
    boxes
        `(words, 4)`: left, top, right, bottom in points, origin at the top left.

    Raises
    ------
    InvalidInputError
        If the two arrays differ in length, or the spans are not ascending and disjoint.
    """

    width: float
    height: float
    spans: Int32[np.ndarray, "words 2"]
    boxes: Float32[np.ndarray, "boxes 4"]

    def __post_init__(self) -> None:
        if len(self.spans) != len(self.boxes):
            raise InvalidInputError(
                f"a layout needs one box per word span, got {len(self.spans)} spans and "
                f"{len(self.boxes)} boxes"
            )
        edges = self.spans.reshape(-1)
        if len(edges) and (edges[0] < 0 or bool(np.any(np.diff(edges) < 0))):
            raise InvalidInputError("word spans must be ascending and disjoint; sort them first")

    @staticmethod
    def empty(width: float, height: float) -> TextLayout:
        """A page of that size (points) without words."""
        return TextLayout(width, height, np.zeros((0, 2), np.int32), np.zeros((0, 4), np.float32))

    def words_of(self, spans: Int32[np.ndarray, "tokens 2"]) -> Int32[np.ndarray, " tokens"]:
        """The word that holds the start of each character span, −1 where no word or no character.

        Parameters
        ----------
        spans
            `(tokens, 2)` character spans in the same text.
        """
        if not len(self.spans):
            return np.full(len(spans), -1, np.int32)
        word = np.searchsorted(self.spans[:, 0], spans[:, 0], side="right").astype(np.int32) - 1
        outside = (word < 0) | (spans[:, 0] >= self.spans[np.maximum(word, 0), 1])
        outside |= spans[:, 1] <= spans[:, 0]
        return np.where(outside, np.int32(-1), word)

    def box(self, word: int) -> Box:
        """The box of word number `word`."""
        left, top, right, bottom = (float(edge) for edge in self.boxes[word])
        return Box(left, top, right, bottom)
