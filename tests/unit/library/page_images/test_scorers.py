"""Texts and page images on scales that do not depend on how many candidates there are."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from trovato.core import Query
from trovato.library.page_images.scorers import PageImageScorer, TextAndImageScorer

QUERY = Query("harbour")
TEXTS = {1: 8.0, 2: 6.0, 3: 4.0, 4: 2.0}
IMAGES = {2: 0.3, 3: 0.9, 4: 0.5, 5: 0.8, 6: 0.1}


class Texts:
    """Finds the best of some scores."""

    coverage = None

    def best(self, query: Query, depth: int, beside: Collection[int] = ()) -> dict[int, float]:
        first = sorted(TEXTS, key=lambda page: -TEXTS[page])[:depth]
        return {page: TEXTS[page] for page in {*first, *beside} & TEXTS.keys()}


class Images(PageImageScorer):
    """The same of images, half a unit apart."""

    def __init__(self) -> None:
        pass

    def best(self, query: Query, depth: int) -> dict[int, float]:
        first = sorted(IMAGES, key=lambda page: -IMAGES[page])[:depth]
        return {page: IMAGES[page] for page in first}

    def of(self, query: Query, pages: Collection[int]) -> dict[int, float]:
        return {page: IMAGES[page] for page in pages if page in IMAGES}

    def contrast(self, query: Query) -> float:
        return 0.5


def test_both_sides_are_weighed_on_scales_of_their_own() -> None:
    found = TextAndImageScorer(Texts(), Images(), 0.25).best(QUERY, 1000)
    assert found == pytest.approx(
        {
            1: 0.75 * 1 + 0.25 * 0.2,  # without an image
            2: 0.75 * 0.75 + 0.25 * 0.6,
            3: 0.75 * 0.5 + 0.25 * 1.8,
            4: 0.75 * 0.25 + 0.25 * 1.0,
            5: 0.25 * 1.6,
            6: 0.25 * 0.2,
        }
    )


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_depth_moves_no_score_of_a_page_with_an_image(depth: int) -> None:
    both = TextAndImageScorer(Texts(), Images())
    everything = both.best(QUERY, 1000)
    few = both.best(QUERY, depth)
    assert len(few) >= depth
    assert {page: few[page] for page in few if page in IMAGES} == {
        page: everything[page] for page in few if page in IMAGES
    }
    assert both.best(QUERY, depth, [4])[4] == everything[4]
