"""Which patches of a page's image meet a question."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from trovato.core import Box, Region, TextLayout, TokenVectors
from trovato.core.shapes import Float32
from trovato.encode.late_interaction import PageImageEncoder
from trovato.index import PAGE_IMAGE_FIELD, Reader
from trovato.library.page_images.indexing import LONG_SIDE

_FLOOR = 0.3  # of the range between a page's mean patch and its best: below it a patch is cold


def patch_heat(
    reader: Reader,
    encoder: PageImageEncoder,
    asked: TokenVectors,
    row: int,
    text: str,
    layout: TextLayout,
) -> tuple[Region, ...]:
    """The patches of the page in that row that meet a word of the question, row by row.

    Parameters
    ----------
    reader
        Of a collection with page images.
    encoder
        The one that made them.
    asked
        Vectors of the question.
    row
        Of the page.
    text, layout
        Its words, which a region tells.

    Returns
    -------
    Regions in points of the page; the strongest has the weight 1. None where vectors are pooled.
    """
    values = reader.vectors_of(row, field=PAGE_IMAGE_FIELD)
    return _heat(asked, values, _boxes(encoder, layout), text, layout)


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
