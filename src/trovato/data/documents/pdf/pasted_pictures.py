"""Words in pictures that were pasted onto a page of text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pypdfium2.raw as raw
from PIL import Image

from trovato.core.shapes import Float64
from trovato.data.documents.ocr import Ocr
from trovato.data.documents.pdf.words import to_shown
from trovato.data.documents.word_layout import PageText

# Of the page, a picture must cover this; smaller ones are logos and signs.
_LEAST = 0.02
_MOST = 20  # pictures of one page
# With more words of the text layer on it than this, a picture lies behind the text.
_WORDS_ON_IT = 3


def picture_boxes(page: Any, text: PageText) -> Float64[np.ndarray, "pictures 4"]:
    """Where large pictures lie that the text layer leaves out: points on the page as it is shown.

    Parameters
    ----------
    page
        Of pypdfium2.
    text
        Its text layer.
    """
    found = [
        item.get_bounds() for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    ]
    boxes, inside = to_shown(page, np.array(found, np.float64).reshape(-1, 4))
    boxes = boxes[inside]
    width, height = page.get_size()
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    centres = (text.boxes[:, :2] + text.boxes[:, 2:]) / 2
    on_it = (centres >= boxes[:, None, :2]) & (centres <= boxes[:, None, 2:])
    bare = on_it.all(axis=2).sum(axis=1) <= _WORDS_ON_IT
    large: Float64[np.ndarray, "pictures 4"] = boxes[bare & (areas >= _LEAST * width * height)]
    return large[:_MOST]


def read_pictures(
    text: PageText,
    boxes: Float64[np.ndarray, "pictures 4"],
    drawn: Image.Image,
    width: float,
    ocr: Ocr,
) -> PageText:
    """The text of a page with what stands in its pictures after it.

    Parameters
    ----------
    text, boxes
        Of the page, see `picture_boxes`.
    drawn
        The whole page as a picture.
    width
        Of the page, in points.
    ocr
        Reads the pictures.
    """
    scale = drawn.width / width
    for left, top, right, bottom in boxes.tolist():
        part = drawn.crop(
            (int(left * scale), int(top * scale), int(right * scale), int(bottom * scale))
        )
        read = ocr.read(part, right - left, bottom - top)
        if read.text.strip():
            start = len(text.text) + 1
            text = PageText(
                f"{text.text}\n{read.text}",
                np.concatenate([text.spans, read.spans + np.int32(start)]),
                np.concatenate([text.boxes, read.boxes + np.array([left, top, left, top])]),
            )
    return text
