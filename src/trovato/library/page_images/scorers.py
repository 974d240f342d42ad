"""Scores of pages by their images, alone and beside those of their text."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from trovato.core import Coverage, InvalidInputError, Query, processors
from trovato.encode.late_interaction import PageImageEncoder
from trovato.index import PAGE_IMAGE_FIELD, Reader
from trovato.ops import convex_combination, standardise
from trovato.retrieve import Scorer


class PageImageScorer:
    """MaxSim over the number of query tokens between a question and page images.

    Parameters
    ----------
    reader
        Of a collection with page images.
    encoder
        The one that made them.
    exact
        Score every page.
    """

    def __init__(self, reader: Reader, encoder: PageImageEncoder, *, exact: bool = False) -> None:
        self._reader, self._encoder, self._exact = reader, encoder, exact
        self._coverage: Coverage | None = None

    @property
    def coverage(self) -> Coverage | None:
        """What the last search looked at."""
        return self._coverage

    def best(self, query: Query, depth: int) -> dict[int, float]:
        """The `depth` pages whose images meet the query best."""
        asked = self._encoder.encode_query(query.text).values
        found = self._reader.search_vectors(
            asked, depth, query.filter, processors(), exact=self._exact, field=PAGE_IMAGE_FIELD
        )
        self._coverage = Coverage(found.scored, found.eligible, found.exact, found.recall)
        return {row: score / len(asked) for row, score in found.best}

    def of(self, query: Query, pages: Collection[int]) -> dict[int, float]:
        """Scores of those of these pages that have an image."""
        if not pages:
            return {}
        asked = self._encoder.encode_query(query.text).values
        found = self._reader.score_vectors(
            asked, sorted(pages), processors(), field=PAGE_IMAGE_FIELD
        )
        return {row: score / len(asked) for row, score in found}


class TextAndImageScorer:
    """A convex combination of the standardised scores of texts and of page images.

    A page that one side does not find has that side's least score.

    Source: Bruch, Gai and Ingber, "An analysis of fusion functions for hybrid retrieval", 2022.

    Parameters
    ----------
    text
        Scores texts: words, vectors or both.
    image
        Scores images.
    image_weight
        Share of the images, 0 to 1.

    Raises
    ------
    InvalidInputError
        If `image_weight` is not from 0 to 1.
    """

    def __init__(self, text: Scorer, image: PageImageScorer, image_weight: float = 0.5) -> None:
        if not 0 <= image_weight <= 1:
            raise InvalidInputError(f"image_weight is from 0 to 1, got {image_weight}")
        self._text, self._image, self._weight = text, image, image_weight

    @property
    def coverage(self) -> Coverage | None:
        """What the last search through images looked at."""
        return self._image.coverage

    def best(self, query: Query, depth: int) -> dict[int, float]:
        """Fused scores of the candidates, which are the `depth` best of each side."""
        texts = self._text.best(query, depth)
        images = self._image.best(query, depth)
        images |= self._image.of(query, texts.keys() - images.keys())
        pages = sorted({*texts, *images})
        sides = [_standard(side, pages) for side in (texts, images)]
        return convex_combination(sides, [1 - self._weight, self._weight]) if pages else {}


def _standard(scores: Mapping[int, float], pages: list[int]) -> dict[int, float]:
    least = min(scores.values(), default=0.0)
    values = standardise(np.array([scores.get(page, least) for page in pages]))
    return dict(zip(pages, values.tolist(), strict=True))
