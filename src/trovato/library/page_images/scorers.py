"""Scores of pages by their images, alone and beside those of their text."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from trovato.core import Coverage, InvalidInputError, Query, processors
from trovato.core.shapes import Float32
from trovato.encode.late_interaction import PageImageEncoder
from trovato.index import PAGE_IMAGE_FIELD, Reader
from trovato.ops import convex_combination
from trovato.retrieve import Scorer
from trovato.retrieve.candidate_scores import SAMPLE, contrast_of


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
        self._last: tuple[str, Float32[np.ndarray, "query dim"]] | None = None

    @property
    def coverage(self) -> Coverage | None:
        """What the last search looked at."""
        return self._coverage

    def best(self, query: Query, depth: int) -> dict[int, float]:
        """The `depth` pages whose images meet the query best."""
        asked = self._encoded(query)
        found = self._reader.search_vectors(
            asked, depth, query.filter, processors(), exact=self._exact, field=PAGE_IMAGE_FIELD
        )
        self._coverage = Coverage(found.scored, found.eligible, found.exact, found.recall)
        return {row: score / len(asked) for row, score in found.best}

    def of(self, query: Query, pages: Collection[int]) -> dict[int, float]:
        """Scores of those of these pages that have an image."""
        if not pages:
            return {}
        asked = self._encoded(query)
        found = self._reader.score_vectors(
            asked, sorted(pages), processors(), field=PAGE_IMAGE_FIELD
        )
        return {row: score / len(asked) for row, score in found}

    def contrast(self, query: Query) -> float:
        """How far an image that answers stands above others; never 0.

        From pages spread over the collection, which are the same whatever was found.
        """
        return contrast_of(self.of(query, self._reader.spread_rows(SAMPLE)).values())

    def _encoded(self, query: Query) -> Float32[np.ndarray, "query dim"]:
        """Vectors of a question; those of the last one are kept."""
        if self._last is None or self._last[0] != query.text:
            self._last = query.text, self._encoder.encode_query(query.text).values
        return self._last[1]


class TextAndImageScorer:
    """A convex combination of the scores of texts and of page images.

    Texts count in parts of the best page's score, images in units of their contrast: both scales
    are the same however many candidates there are, so that the depth does not move the ranking.

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

    def best(self, query: Query, depth: int, beside: Collection[int] = ()) -> dict[int, float]:
        """Fused scores of the candidates, which are the `depth` best of each side, and `beside`."""
        images = self._image.best(query, depth)
        texts = self._text.best(query, depth, {*images, *beside})
        images |= self._image.of(query, {*texts, *beside} - images.keys())
        pages = sorted({*texts, *images})
        if not pages:
            return {}
        most, contrast = max(texts.values(), default=1.0), self._image.contrast(query)
        if most <= 0:  # cosines of nothing that is near
            most = 1.0
        # A page without an image met nothing.
        least = min(images.values(), default=0.0)
        sides = [
            {page: texts.get(page, 0.0) / most for page in pages},
            {page: images.get(page, least) / contrast for page in pages},
        ]
        return convex_combination(sides, [1 - self._weight, self._weight])
