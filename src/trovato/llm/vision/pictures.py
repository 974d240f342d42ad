"""Pictures of a prompt as a model of the Qwen-VL family reads them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import InvalidInputError, ModelUnavailableError, PathLike, Prompt
from trovato.core.shapes import Float32, Int64

_BEFORE, _PATCH, _AFTER = "<|vision_start|>", "<|image_pad|>", "<|vision_end|>"


@dataclass(frozen=True, slots=True, eq=False)
class PicturePatches:
    """The pictures of one prompt.

    Parameters
    ----------
    pixels
        `(patches, values)` of all pictures.
    grids
        `(pictures, 3)`: frames, and patches down and across.
    ids
        For each segment, the tokens that stand for its picture.
    """

    pixels: Float32[np.ndarray, "patches values"]
    grids: Int64[np.ndarray, "pictures 3"]
    ids: tuple[tuple[int, ...], ...]


class PictureReader:
    """Cuts pictures into patches, by the image processor of a model's folder.

    Parameters
    ----------
    name
        Folder, or name of a model on this machine.
    tokenizer
        Of the model.

    Raises
    ------
    ModelUnavailableError
        If the folder has no image processor, or the tokenizer no tokens for pictures.
    """

    def __init__(self, name: PathLike, tokenizer: Any) -> None:
        import transformers

        try:
            self._processor = transformers.Qwen2VLImageProcessorPil.from_pretrained(
                name, local_files_only=True
            )
        except Exception as error:  # what transformers raises has no common root
            raise ModelUnavailableError(
                f"{str(name)!r} has no image processor ({error}): its folder must hold "
                "preprocessor_config.json"
            ) from error
        self._marks = [tokenizer.convert_tokens_to_ids(one) for one in (_BEFORE, _PATCH, _AFTER)]
        if None in self._marks or tokenizer.unk_token_id in self._marks:
            raise ModelUnavailableError(f"the tokenizer of {str(name)!r} knows no pictures")

    @property
    def patch(self) -> int:
        """The token that stands for a piece of a picture."""
        return int(self._marks[1])

    @property
    def settings(self) -> str:
        """How pictures are cut, as JSON."""
        return str(self._processor.to_json_string())

    def read(self, prompt: Prompt) -> PicturePatches | None:
        """The pictures of a prompt; None where it has none.

        Raises
        ------
        InvalidInputError
            If a document has one, or one cannot be read.
        """
        shown = [segment for segment in prompt.segments if segment.image]
        if any(segment.part == "document" for segment in shown):
            raise InvalidInputError(
                "documents are cut to fit, and a picture cannot be: show it with the question"
            )
        if not shown:
            return None
        found = self._processor(
            images=[_opened(segment.image) for segment in shown], return_tensors="np"
        )
        grids = np.asarray(found["image_grid_thw"], np.int64)
        counts = iter((grids.prod(axis=1) // self._processor.merge_size**2).tolist())
        before, patch, after = self._marks
        ids = tuple(
            (before, *[patch] * next(counts), after) if segment.image else ()
            for segment in prompt.segments
        )
        return PicturePatches(np.asarray(found["pixel_values"], np.float32), grids, ids)


def _opened(image: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(image)).convert("RGB")
    except OSError as error:
        raise InvalidInputError(f"the picture of a prompt cannot be read: {error}") from error
