"""Pages found by their images, with the patches that met the question."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from trovato.core import (
    Box,
    Coverage,
    IncompatibleCollectionError,
    InvalidInputError,
    PageEvidence,
    Ranking,
    Region,
    TextLayout,
    TokenVectors,
    processors,
)
from trovato.core.shapes import Float32
from trovato.encode.late_interaction import PageImageEncoder
from trovato.index import Collection
from trovato.library.page_images.indexing import IMAGE_FIELD, LONG_SIDE
from trovato.ops import top_rows

_DEPTH = 1000  # that are compared, so that asking for more hits never changes the first
_REGIONS = 3
_FLOOR = 0.3  # of the range between a page's mean patch and its best: below it a patch is cold


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
        The one that made it.
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
        field = reader.fields.get(IMAGE_FIELD)
        if field is None:
            raise InvalidInputError(
                "the collection has no page images: index it with `--image-encoder`"
            )
        if field.fingerprint != encoder.fingerprint:
            raise IncompatibleCollectionError(
                f"the page images were made by encoder {field.fingerprint!r}, this one is "
                f"{encoder.fingerprint!r}: search with that one"
            )
        asked = encoder.encode_query(question)
        found = reader.search_vectors(
            asked.values, _DEPTH, filter, processors(), exact=exact, field=IMAGE_FIELD
        )
        rows = np.array([row for row, _ in found.best], np.int64)
        scores = np.array([score for _, score in found.best]) / len(asked)
        best = dict(top_rows(rows, scores, k, reader.ids_of))
        hits = []
        for (row, score), page in zip(best.items(), reader.pages(list(best)), strict=True):
            values = reader.vectors_of(row, field=IMAGE_FIELD)
            boxes = _boxes(encoder, page.layout)
            heat = _heat(asked, values, boxes, page.item.text, page.layout)
            snippet = " ".join(page.item.text.split()[:36])
            strongest = sorted(heat, key=lambda one: -one.weight)[:_REGIONS]
            hits.append(
                (page.item, score, PageEvidence(snippet, regions=tuple(strongest), heat=heat))
            )
    return Ranking.of(hits, Coverage(found.scored, found.eligible, found.exact, found.recall))


def _boxes(encoder: PageImageEncoder, layout: TextLayout) -> Float32[np.ndarray, "tokens 4"]:
    """Where the vectors of a page of that size look; computed, since a page's size decides it."""
    if not layout.width or not layout.height:
        return np.zeros((0, 4), np.float32)
    scale = (LONG_SIDE - 0.5) / max(layout.width, layout.height)
    size = math.ceil(layout.width * scale), math.ceil(layout.height * scale)
    return encoder.patch_boxes(Image.new("RGB", size))


def _heat(
    asked: TokenVectors,
    values: Float32[np.ndarray, "vectors dim"],
    boxes: Float32[np.ndarray, "tokens 4"],
    text: str,
    layout: TextLayout,
) -> tuple[Region, ...]:
    """The patches that meet a word of the question, row by row, the strongest 1."""
    seen = boxes.any(axis=1)
    if len(values) != len(boxes) or not seen.any():  # pooled, or drawn in another size
        return ()
    said = asked.values
    if asked.spans is not None:
        said = said[asked.spans[:, 1] > asked.spans[:, 0]]
    strength = (values[seen] @ said.T).max(axis=1)
    mean, peak = float(strength.mean()), float(strength.max())
    if peak <= mean:
        return ()
    weights = (strength - mean) / (peak - mean)
    size = np.array([layout.width, layout.height] * 2)
    return tuple(
        Region(Box(*box), min(weight, 1.0), _words(Box(*box), text, layout))
        for box, weight in zip(
            (boxes[seen] * size).clip(0, size).tolist(), weights.tolist(), strict=True
        )
        if weight >= _FLOOR
    )


def _words(box: Box, text: str, layout: TextLayout) -> str:
    """The words whose middle lies in a box."""
    if not len(layout.boxes):
        return ""
    across = (layout.boxes[:, 0] + layout.boxes[:, 2]) / 2
    down = (layout.boxes[:, 1] + layout.boxes[:, 3]) / 2
    inside = (box.left <= across) & (across < box.right) & (box.top <= down) & (down < box.bottom)
    return " ".join(text[start:end] for start, end in layout.spans[inside].tolist())
