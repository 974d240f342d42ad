"""How well pictures go with a question by what they look like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import check_many
from trovato.core.shapes import CHECKED, Float32
from trovato.index import Reader

if CHECKED:
    from trovato.encode.images import PictureSpace

# Pictures that are told apart; those beyond them count for nothing.
_BEST = 1000
# So many standard deviations above the mean are a full score.
_FULL = 4.0


class PictureScores:
    """Pictures of a collection that has vectors of them, scored by questions.

    A cosine between a picture and words lies in another range than one between words. So it is
    told as how far it stands above the mean of the pictures, in standard deviations: 0 for the
    mean and below, 1 for 4 above.

    Parameters
    ----------
    reader
        A view of the collection.
    space
        The space of its pictures, fitted as they were.
    field
        Of their vectors.
    """

    def __init__(self, reader: Reader, space: PictureSpace, field: str = "image") -> None:
        self._reader = reader
        self._space = space
        self._field = field
        self._known: dict[str, dict[int, float]] = {}

    def of_rows(self, text: str, rows: Sequence[int]) -> Float32[np.ndarray, " rows"]:
        """The score of each row, 0…1; 0 of those that have no picture."""
        check_many("rows", rows)
        scores = self._scores(text)
        return np.array([scores.get(row, 0.0) for row in rows], np.float32)

    def best(self, text: str, depth: int) -> list[int]:
        """The rows of the pictures that go best with a text."""
        return list(self._scores(text))[:depth]

    def _scores(self, text: str) -> dict[int, float]:
        if text not in self._known:
            asked = self._space.texts([text]).astype(np.float32)
            best = self._reader.search_vectors(asked, _BEST, field=self._field).best
            values = np.array([score for _, score in best])
            spread = float(values.std()) if len(values) else 0.0
            above = (values - values.mean()) / (_FULL * spread) if spread > 0 else 0 * values
            self._known[text] = {
                row: float(score)
                for (row, _), score in zip(best, np.clip(above, 0, 1), strict=True)
            }
        return self._known[text]
