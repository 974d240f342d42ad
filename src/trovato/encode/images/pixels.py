"""Pictures as networks for pictures and texts are shown them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import InvalidInputError
from trovato.core.shapes import Float32


@dataclass(frozen=True, slots=True)
class PixelSettings:
    """How a picture becomes the square that a network takes.

    Parameters
    ----------
    side
        Of the square, in pixels.
    mean, std
        Of each colour, of values in [0, 1].
    resample
        Pillow's number of a filter: 2 for bilinear, 3 for bicubic.
    squash
        Whether the whole picture is brought to the square; else its shorter side is, and the middle
        is cut out.
    rounded
        Whether the margin of the cut is rounded, as OpenCLIP does, or floored, as transformers.
    """

    side: int
    mean: Sequence[float]
    std: Sequence[float]
    resample: int = 3
    squash: bool = False
    rounded: bool = False

    @staticmethod
    def of_open_clip(config: Mapping[str, Any]) -> PixelSettings:
        """Those of OpenCLIP's `open_clip_config.json`."""
        prepared = config["preprocess_cfg"]
        return PixelSettings(
            config["model_cfg"]["vision_cfg"]["image_size"],
            tuple(prepared["mean"]),
            tuple(prepared["std"]),
            2 if prepared.get("interpolation") == "bilinear" else 3,
            prepared.get("resize_mode", "shortest") == "squash",
            rounded=True,
        )

    @staticmethod
    def of_transformers(config: Mapping[str, Any]) -> PixelSettings:
        """Those of transformers' image processors of CLIP and SigLIP.

        Raises
        ------
        InvalidInputError
            If they do something else with pictures.
        """
        size = config["size"]
        side, crop = int(size.get("shortest_edge") or size["height"]), config.get("crop_size")
        steps = [bool(config.get(f"do_{step}")) for step in ("resize", "rescale", "normalize")]
        cut = "height" not in size
        if (
            not all(steps)
            or cut is not bool(config.get("do_center_crop"))
            or (cut and crop != {"height": side, "width": side})
            or (not cut and size["height"] != size["width"])
        ):
            raise InvalidInputError(
                "pictures are brought to a square of one side, cut or squashed, and normalised; "
                f"got {config}"
            )
        return PixelSettings(
            side,
            tuple(config["image_mean"]),
            tuple(config["image_std"]),
            int(config["resample"]),
            squash=not cut,
        )

    def of(self, image: Image.Image) -> Float32[np.ndarray, "one 3 side side"]:
        """The square of a picture."""
        image, side = image.convert("RGB"), self.side
        width, height = image.size
        filter = Image.Resampling(self.resample)
        if self.squash:
            shown = image.resize((side, side), filter)
        else:
            short = min(width, height)
            wide, high = int(side * width / short), int(side * height / short)
            margins = (wide - side) / 2, (high - side) / 2
            left, top = (round(one) if self.rounded else int(one) for one in margins)
            shown = image.resize((wide, high), filter).crop((left, top, left + side, top + side))
        values = np.asarray(shown, np.float32) / 255
        values = (values - np.array(self.mean, np.float32)) / np.array(self.std, np.float32)
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32)
