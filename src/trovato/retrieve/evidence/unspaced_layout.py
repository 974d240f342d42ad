"""Where the characters of scripts without spaces stand, so that evidence can point at a few."""

from __future__ import annotations

import numpy as np

from trovato.core import TextLayout
from trovato.ops.language.search.search_words import holds_unspaced
from trovato.ops.language.search.unspaced import pieces_of

_TALL = 1.5  # as high as that times its width, a run of characters is written downwards


def in_pieces(text: str, layout: TextLayout) -> TextLayout:
    """The layout with a word for each character of a script without spaces.

    Each gets its share of the box of the run that it stands in.

    Parameters
    ----------
    text, layout
        A page's text and the places of its words, which are what stands between spaces.
    """
    if not holds_unspaced(text):
        return layout
    spans: list[tuple[int, int]] = []
    boxes: list[list[float]] = []
    for (start, end), box in zip(layout.spans.tolist(), layout.boxes.tolist(), strict=True):
        pieces = pieces_of(text[start:end])
        along = int(len(pieces) > 1 and box[3] - box[1] > _TALL * (box[2] - box[0]))
        first, step = box[along], (box[along + 2] - box[along]) / max(1, end - start)
        for piece in pieces:
            place = [*box]
            if len(pieces) > 1:
                place[along], place[along + 2] = first, first + step * len(piece)
            spans.append((start, start + len(piece)))
            boxes.append(place)
            start, first = start + len(piece), first + step * len(piece)
    if len(spans) == len(layout.spans):
        return layout
    return TextLayout(
        layout.width,
        layout.height,
        np.array(spans, np.int32).reshape(-1, 2),
        np.array(boxes, np.float32).reshape(-1, 4),
    )
