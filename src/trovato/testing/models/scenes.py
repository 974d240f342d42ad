"""Drawn scenes, and an encoder that reads their attributes: pictures and changes without a model.

A scene is one shape of one colour on one ground, to the left or right: 108 in all. `SceneSpace`
stands in for CLIP, exactly: what it reads off a picture is what its text says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from trovato.core import PathLike, check_many
from trovato.core.shapes import Float32, Shaped
from trovato.ops import l2_normalize, word_stems

COLORS = {
    "red": (220, 30, 30),
    "green": (30, 160, 60),
    "blue": (30, 60, 220),
    "yellow": (240, 210, 30),
    "purple": (140, 40, 160),
    "orange": (250, 140, 20),
}
SHAPES = ("circle", "square", "triangle")
GROUNDS = {"white": (255, 255, 255), "grey": (128, 128, 128), "black": (0, 0, 0)}
SIDES = ("left", "right")
_WORDS = (*COLORS, *SHAPES, *GROUNDS, *SIDES)
_WIDE, _HIGH, _EDGE = 64, 32, 20


def draw_scene(color: str, shape: str, ground: str, side: str) -> Image.Image:
    """One scene, 64 × 32 pixels."""
    image = Image.new("RGB", (_WIDE, _HIGH), GROUNDS[ground])
    draw = ImageDraw.Draw(image)
    left = 6 if side == "left" else _WIDE - 6 - _EDGE
    box = (left, 6, left + _EDGE - 1, 6 + _EDGE - 1)
    if shape == "circle":
        draw.ellipse(box, fill=COLORS[color])
    elif shape == "square":
        draw.rectangle(box, fill=COLORS[color])
    else:
        middle = left + _EDGE // 2
        corners = [(middle, box[1]), (box[0], box[3]), (box[2], box[3])]
        draw.polygon(corners, fill=COLORS[color])
    return image


def save_scenes(folder: PathLike, grounds: Sequence[str] = tuple(GROUNDS)) -> dict[str, str]:
    """Writes all scenes on some grounds as PNG, and `captions.csv`; captions by file name."""
    check_many("grounds", grounds)
    import csv

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    captions = {}
    for color, shape, ground, side in product(COLORS, SHAPES, grounds, SIDES):
        name = f"{color}-{shape}-{ground}-{side}.png"
        draw_scene(color, shape, ground, side).save(folder / name)
        captions[name] = f"{color} {shape}: {side}, {ground} ground"
    with (folder / "captions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("file", "caption"), *captions.items()])
    return captions


class SceneSpace:
    """A `trovato.encode.images.PictureSpace` that reads attributes of scenes: pixels or words."""

    fingerprint = "scenes"
    reads_text = True

    def features(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " words"]]:
        """The attributes of each picture at length 1."""
        for image in images:
            yield self.texts([" ".join(_read(image.convert("RGB")))])[0]

    def fit(
        self,
        features: Float32[np.ndarray, "pictures words"],
        captions: Sequence[str],
    ) -> None:
        """Nothing is learnt."""

    def pictures(
        self,
        features: Float32[np.ndarray, "pictures words"],
        captions: Sequence[str],  # noqa: ARG002
    ) -> Float32[np.ndarray, "pictures words"]:
        """The features themselves."""
        return features

    def references(
        self, features: Float32[np.ndarray, "pictures words"]
    ) -> Float32[np.ndarray, "pictures words"]:
        """The features themselves."""
        return features

    def texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts words"]:
        """The attributes that each text names, at length 1."""
        rows = [[word in word_stems(text) for word in _WORDS] for text in texts]
        return l2_normalize(np.array(rows, np.float32))

    def arrays(self) -> dict[str, Shaped[np.ndarray, "..."]]:
        """Nothing."""
        return {}

    def restore(self, arrays: Mapping[str, Shaped[np.ndarray, "..."]]) -> None:
        """Nothing is to be taken up."""


def _read(image: Image.Image) -> tuple[str, str, str, str]:
    pixels = np.asarray(image)
    counted = Counter(map(tuple, pixels.reshape(-1, 3).tolist())).most_common(2)
    ground, color = (found for found, _ in counted)
    rows, columns = np.nonzero((pixels == np.array(color)).all(axis=2))
    width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
    filled = len(rows) / (width * height)
    shape = "square" if filled > 0.9 else "circle" if filled > 0.65 else "triangle"
    side = "left" if columns.mean() < image.width / 2 else "right"
    return _named(COLORS, color), shape, _named(GROUNDS, ground), side


def _named(table: Mapping[str, tuple[int, ...]], value: Any) -> str:
    return min(table, key=lambda name: float(np.abs(np.subtract(table[name], value)).sum()))
