"""How well our regions meet the boxes that people drew as evidence.

    python bench/evidence_boxes.py BOXES.jsonl COLLECTION

BOXES.jsonl holds MMDocIR's boxes; COLLECTION is an index of the same documents
(bench/find_page.py). Each question is asked of its own gold pages, so that only the place on the
page is measured. Areas are compared: the union of what is predicted with the union of the boxes
of that page. The settings of zones were chosen on every second document, and are told on the
others.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from trovato.core import Query, Region, TextLayout, generator
from trovato.library import Library
from trovato.retrieve import evidence_zones

_GRID = 200  # cells along each side of a page
Edges = tuple[float, float, float, float]


def mask(boxes: Sequence[Edges], width: float, height: float) -> np.ndarray:
    """The cells of a page that lie in one of the boxes."""
    found = np.zeros((_GRID, _GRID), np.bool_)
    for left, top, right, bottom in boxes:
        columns = slice(round(left / width * _GRID), max(round(right / width * _GRID), 1))
        found[round(top / height * _GRID) : round(bottom / height * _GRID), columns] = True
    return found


def overlap(predicted: np.ndarray, gold: np.ndarray) -> tuple[float, float, float]:
    """IoU and F1 of areas, and the share of what is predicted that is right."""
    both, either = (predicted & gold).sum(), (predicted | gold).sum()
    total = predicted.sum() + gold.sum()
    inside = both / max(predicted.sum(), 1)
    return float(both / max(either, 1)), float(2 * both / max(total, 1)), float(inside)


def edges(regions: Sequence[Region]) -> list[Edges]:
    return [(one.box.left, one.box.top, one.box.right, one.box.bottom) for one in regions]


def all_words(layout: TextLayout) -> list[Edges]:
    """One box around all words of a page."""
    if not len(layout.boxes):
        return [(0.0, 0.0, layout.width, layout.height)]
    left, top = layout.boxes[:, :2].min(axis=0).tolist()
    right, bottom = layout.boxes[:, 2:].max(axis=0).tolist()
    return [(left, top, right, bottom)]


def elsewhere(
    boxes: Sequence[Edges], layout: TextLayout, random: np.random.Generator
) -> list[Edges]:
    """Boxes of the same sizes at drawn places."""
    found = []
    for left, top, right, bottom in boxes:
        x = float(random.random()) * (layout.width - (right - left))
        y = float(random.random()) * (layout.height - (bottom - top))
        found.append((x, y, x + right - left, y + bottom - top))
    return found


def main() -> None:
    """Ask, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("boxes", type=Path)
    parser.add_argument("collection", type=Path)
    options = parser.parse_args()
    random = generator(0, "random boxes")
    asked = [json.loads(line) for line in options.boxes.read_text("utf-8").splitlines()]
    documents = sorted({one["doc_id"] for one in asked})
    found: dict[tuple[str, str, str], list[tuple[float, float, float]]] = defaultdict(list)
    left_out = 0
    with Library.open(options.collection) as library, library.collection.reader() as reader:
        retriever = library.retriever()
        known = {one.split("/")[-1]: one for one in (item.id for item in library)}
        for question in asked:
            half = ("chosen on", "told on")[documents.index(question["doc_id"]) % 2]
            drawn = any(word in question["type"] for word in ("Figure", "Chart", "Layout"))
            kind = "figures" if drawn else "text and tables"
            pages: dict[int, list[Edges]] = defaultdict(list)
            sizes = {}
            for box in question["boxes"]:
                pages[box["page"]].append(tuple(box["bbox"]))
                sizes[box["page"]] = box["page_size"]
            for page, gold in pages.items():
                name = known.get(f"{question['doc_id']}#{page + 1}")
                if name is None:
                    left_out += 1
                    continue
                row = reader.row_of(name)
                layout = reader.layout_of(row)
                evidence = retriever.explain(Query(question["question"]), row)
                truth = mask(gold, *sizes[page])
                passages, zones = edges(evidence.regions), edges(evidence_zones(evidence, layout))
                predicted = {
                    "passages": passages,
                    "zones": zones,
                    "all words": all_words(layout),
                    "whole page": [(0.0, 0.0, layout.width, layout.height)],
                    "random, as passages": elsewhere(passages, layout, random),
                    "random, as zones": elsewhere(zones, layout, random),
                }
                if not layout.width or not layout.height:
                    left_out += 1
                    continue
                for what, boxes in predicted.items():
                    cells = mask(boxes, layout.width, layout.height)
                    found[half, kind, what].append(overlap(cells, truth))
    for (half, kind, what), values in sorted(found.items()):
        iou, f1, inside = np.mean(values, axis=0)
        print(
            f"{half:10s} {kind:15s} {what:20s} IoU {iou:.3f}  F1 {f1:.3f}  inside {inside:.3f}"
            f"  pages {len(values)}"
        )
    print(f"{left_out} pages could not be compared")


if __name__ == "__main__":
    main()
