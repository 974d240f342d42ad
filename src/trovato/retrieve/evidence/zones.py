"""The zones of a page that hold what met a question: larger than passages, as people mark them."""

from __future__ import annotations

import numpy as np

from trovato.core import Box, PageEvidence, Region, TextLayout
from trovato.core.shapes import Float32, Int64

_GAP = 2.0  # heights of a word without any word, from which on another zone begins
_SHARE = 0.9  # of the heat, that the zones hold together


def evidence_zones(
    evidence: PageEvidence, layout: TextLayout, *, gap: float = _GAP, share: float = _SHARE
) -> tuple[Region, ...]:
    """The zones that hold most of a page's heat, the hottest first.

    A page is cut into zones where a strip of it, across its whole width, has no words; a zone is as
    wide as all words of the page. Passages tell where to read, zones where the table or the
    section stands: `bench/evidence_boxes.py` compares both with boxes that people drew, and chose
    the defaults on one half of them.

    Parameters
    ----------
    evidence
        Of the page.
    layout
        Of the page.
    gap
        Height of an empty strip that parts zones, in heights of the page's median word.
    share
        Zones are taken until they hold so much of the heat.

    Returns
    -------
    Regions of weight 1 for the hottest; none where nothing was met.
    """
    if not len(layout.boxes) or not evidence.heat:
        return ()
    owners = _zones(layout.boxes, gap)
    places = np.array([(one.box.left, one.box.top) for one in evidence.heat])
    distance = np.abs(places[:, None] - layout.boxes[None, :, :2]).sum(axis=2)
    words = distance.argmin(axis=1)  # heat is of words
    heat = np.bincount(owners[words], [one.weight for one in evidence.heat], owners.max() + 1)
    hottest = np.argsort(-heat, kind="stable")
    wanted = int(np.searchsorted(np.cumsum(heat[hottest]), share * heat.sum())) + 1
    left, right = layout.boxes[:, 0].min(), layout.boxes[:, 2].max()
    found = []
    for zone in hottest[:wanted].tolist():
        inside = owners == zone
        edges = [left, layout.boxes[inside, 1].min(), right, layout.boxes[inside, 3].max()]
        box = np.clip(edges, 0, [layout.width, layout.height] * 2).astype(np.float64)
        met = " ".join(
            one.text for one, word in zip(evidence.heat, words, strict=True) if inside[word]
        )
        found.append(Region(Box(*box.tolist()), float(heat[zone] / heat[hottest[0]]), met))
    return tuple(found)


def _zones(boxes: Float32[np.ndarray, "words 4"], gap: float) -> Int64[np.ndarray, " words"]:
    """The number of the zone of each word, from the top."""
    down = np.argsort(boxes[:, 1], kind="stable")
    reached = np.maximum.accumulate(boxes[down, 3])
    strips = boxes[down, 1][1:] - reached[:-1]
    height = np.median(boxes[:, 3] - boxes[:, 1])
    owners = np.empty(len(boxes), np.int64)
    owners[down] = np.cumsum(np.concatenate([[0], strips > gap * height]))
    return owners
