"""A page image as the inputs of a model: pixels, its tokens, and where each of them looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trovato.core.shapes import Float32
from trovato.encode.late_interaction.checkpoint import read_json
from trovato.encode.late_interaction.eagle import eagle_tiles
from trovato.encode.late_interaction.families import FamilyFolder
from trovato.encode.late_interaction.geometry import grid_boxes, tile_boxes

_TILES = 8  # of Eagle, as the release uses it


@dataclass(frozen=True, slots=True, eq=False)
class PageInputs:
    """What a page becomes before the model sees it.

    Parameters
    ----------
    pixels
        NumPy arrays by the names of the backbone's arguments.
    tokens
        What stands in the prompt for the page.
    boxes
        `(image tokens, 4)`: left, top, right, bottom as shares of the page, in their order.
    """

    pixels: dict[str, Any]
    tokens: str
    boxes: Float32[np.ndarray, "tokens 4"]


class PageInputMaker:
    """Makes the inputs of pages by the image processor of a folder.

    Parameters
    ----------
    folder
        With `preprocessor_config.json`, or `processor_config.json` that has its content.
    model
        What the folder holds.
    image_token
        As the vocabulary spells it.
    """

    def __init__(self, folder: Path, model: FamilyFolder, image_token: str) -> None:
        import transformers

        self._tiling, self._config = model.backbone.tiling, model.config
        self._token = image_token
        self._tiles_at_most = _TILES
        if self._tiling == "eagle":
            said = read_json(folder / "processor_config.json")
            self._tiles_at_most = int(said.get("max_input_tiles") or _TILES)
        else:
            self._processor = getattr(transformers, model.backbone.image_processor).from_pretrained(
                folder, local_files_only=True
            )

    def __call__(self, image: Image.Image) -> PageInputs:
        """The inputs of one page."""
        image = image.convert("RGB")
        if self._tiling == "eagle":
            return self._eagle(image)
        if self._tiling == "native":
            return self._native(image)
        return self._square(image) if self._tiling == "square" else self._tiles(image)

    def _eagle(self, image: Image.Image) -> PageInputs:
        """Cut into tiles without marks, and the whole page after them if there are several."""
        vision = self._config["vision_config"]
        size = int(self._config.get("force_image_size") or vision["image_size"])
        pixels, rows, columns = eagle_tiles(image, size, self._tiles_at_most)
        one = len(pixels) == 1
        side = size // int(vision["patch_size"]) // 2
        boxes = tile_boxes(0 if one else rows, 0 if one else columns, side)
        return PageInputs({"pixel_values": pixels}, self._token * len(boxes), boxes)

    def _native(self, image: Image.Image) -> PageInputs:
        """Resized to multiples of a patch, one token for each square of merged patches."""
        found = self._processor(images=[image], return_tensors="np")
        _, high, wide = (int(count) for count in found["image_grid_thw"][0])
        merge = int(self._processor.merge_size)
        boxes = grid_boxes(high // merge, wide // merge)
        pixels = {name: found[name] for name in ("pixel_values", "image_grid_thw")}
        return PageInputs(pixels, self._token * len(boxes), boxes)

    def _square(self, image: Image.Image) -> PageInputs:
        """Stretched to one square, one token for each patch."""
        found = self._processor(images=[image], return_tensors="np")
        vision = self._config["vision_config"]
        side = int(vision["image_size"]) // int(vision["patch_size"])
        boxes = grid_boxes(side, side)
        return PageInputs({"pixel_values": found["pixel_values"]}, self._token * len(boxes), boxes)

    def _tiles(self, image: Image.Image) -> PageInputs:
        """Cut into tiles, each between marks of its place, and the whole page after them."""
        found = self._processor(images=[[image]], return_tensors="np", return_row_col_info=True)
        rows, columns = int(found["rows"][0][0]), int(found["cols"][0][0])
        vision = self._config["vision_config"]
        shuffle = self._config.get("scale_factor") or self._config["pixel_shuffle_factor"]
        side = int(vision["image_size"]) // int(vision["patch_size"]) // int(shuffle)
        tile, fence = self._token * side * side, "<fake_token_around_image>"
        parts = [
            "".join(f"{fence}<row_{row + 1}_col_{column + 1}>{tile}" for column in range(columns))
            + "\n"
            for row in range(rows)
        ]
        whole = f"{fence}<global-img>{tile}{fence}"
        pixels = {name: found[name] for name in ("pixel_values", "pixel_attention_mask")}
        tokens = "".join(parts) + ("\n" if rows else "") + whole
        return PageInputs(pixels, tokens, tile_boxes(rows, columns, side))
