"""Pages found by their images, alone or beside their text, with patches that met the question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trovato.core import InvalidInputError, PageEvidence, Query, Ranking
from trovato.encode.late_interaction import PageImageEncoder
from trovato.index import Collection
from trovato.library.page_images.field_encoder import check_page_image_encoder
from trovato.library.page_images.heat import patch_heat
from trovato.library.page_images.scorers import PageImageScorer, TextAndImageScorer
from trovato.library.searching import Mode, SearchableCollection
from trovato.ops import top_rows
from trovato.retrieve import CollectionRetriever

_DEPTH = 1000  # that are compared, so that asking for more hits never changes the first
_REGIONS = 3


def search_page_images(
    collection: Collection,
    encoder: PageImageEncoder,
    question: str,
    k: int = 10,
    *,
    filter: str = "",
    exact: bool = False,
) -> Ranking:
    """Rank pages by MaxSim over the number of query tokens between question and page image.

    Parameters
    ----------
    collection
        With a field made by `index_page_images`.
    encoder
        The one that made it; see `open_page_image_encoder`.
    question
        In words.
    k
        At most so many hits, 1…1000.
    filter
        Conditions on attributes.
    exact
        Score every page.

    Returns
    -------
    Hits whose evidence is a heat map of patches, and the best of them as regions.

    Raises
    ------
    InvalidInputError
        If the question is blank, `k` out of range, or there is no such field.
    IncompatibleCollectionError
        If another encoder made the field.
    """
    if not 1 <= k <= _DEPTH:
        raise InvalidInputError(f"k must be between 1 and {_DEPTH}, got {k}")
    if not question.strip():
        raise InvalidInputError("the question is blank; ask with at least one word")
    with collection.reader() as reader:
        check_page_image_encoder(reader, encoder)
        scorer = PageImageScorer(reader, encoder, exact=exact)
        scores = scorer.best(Query(question, filter), _DEPTH)
        rows, values = np.array(list(scores), np.int64), np.array(list(scores.values()))
        best = dict(top_rows(rows, values, k, reader.ids_of))
        asked = encoder.encode_query(question)
        hits = []
        for (row, score), page in zip(best.items(), reader.pages(list(best)), strict=True):
            heat = patch_heat(reader, encoder, asked, row, page.item.text, page.layout)
            snippet = " ".join(page.item.text.split()[:36])
            strongest = sorted(heat, key=lambda one: -one.weight)[:_REGIONS]
            hits.append(
                (page.item, score, PageEvidence(snippet, regions=tuple(strongest), heat=heat))
            )
    return Ranking.of(hits, scorer.coverage)


def search_text_and_page_images(
    library: SearchableCollection,
    encoder: PageImageEncoder,
    question: str,
    k: int = 10,
    *,
    mode: Mode = "hybrid",
    image_weight: float = 0.5,
    filter: str = "",
    exact: bool = False,
) -> Ranking:
    """Rank pages by their text and their image together.

    Parameters
    ----------
    library
        Whose collection has a field made by `index_page_images`.
    encoder
        The one that made it; see `open_page_image_encoder`.
    question
        In words.
    k
        At most so many hits, 1…1000.
    mode
        How texts are compared, as in `Library.search`.
    image_weight
        Share of the images, 0 to 1; the texts have the rest.
    filter
        Conditions on attributes.
    exact
        Score the vectors of every page.

    Returns
    -------
    Hits with the evidence of the text, and the patches of the image as its heat.

    Raises
    ------
    InvalidInputError
        If the question is blank, `k`, `mode` or `image_weight` is out of range, or there are no
        page images.
    IncompatibleCollectionError
        If another encoder made the page images.
    """
    reader = library.collection.reader()
    check_page_image_encoder(reader, encoder)
    text = library.scorer(reader, mode, exact=exact)
    image = PageImageScorer(reader, encoder, exact=exact)
    both = TextAndImageScorer(text, image, image_weight)
    found = CollectionRetriever(reader, library.encoder, both).retrieve(
        Query(question, filter), k, distinct=True
    )
    asked = encoder.encode_query(question)
    hits = []
    for hit in found:
        row = reader.row_of(hit.item.id)
        heat = patch_heat(reader, encoder, asked, row, hit.item.text, reader.layout_of(row))
        if heat and isinstance(hit.evidence, PageEvidence):
            hit = replace(hit, evidence=replace(hit.evidence, heat=heat))
        hits.append(hit)
    return replace(found, hits=tuple(hits))
