"""Page images to many vectors each, by a released late-interaction model from a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    ModelUnavailableError,
    PathLike,
    TokenVectors,
)
from trovato.core.shapes import Float32, Int64
from trovato.encode.late_interaction.families import Family, FamilyFolder, read_family
from trovato.encode.late_interaction.fingerprint import folder_fingerprint
from trovato.encode.late_interaction.page_inputs import PageInputMaker, PageInputs
from trovato.encode.late_interaction.spans import disjoint
from trovato.encode.late_interaction.visual_network import load_visual_network


@dataclass(frozen=True, slots=True, eq=False)
class PatchVectors:
    """Vectors of one page image, and where each of them looks.

    Parameters
    ----------
    values
        `(tokens, dim)`, each row of length 1.
    boxes
        `(tokens, 4)`: left, top, right, bottom as shares of the page; four zeros for tokens of the
        prompt around the image.
    """

    values: Float32[np.ndarray, "tokens dim"]
    boxes: Float32[np.ndarray, "tokens 4"]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class ModelInputs:
    """What a model reads of one page or question.

    Parameters
    ----------
    ids
        Numbers of its tokens.
    pixels
        NumPy arrays by the names of the backbone's arguments; none for a question.
    """

    ids: Int64[np.ndarray, " tokens"]
    pixels: dict[str, Any]


class PageImageEncoder:
    """A vision language model that gives a page one vector for each image token.

    Reads ColPali, ColQwen2, ColQwen2.5, ColQwen3, ColIdefics3 and ColSmol, ColModernVBERT, and
    Nemotron ColEmbed on Qwen3-VL and on Eagle 2, in the layouts of colpali-engine, transformers and
    NVIDIA. Each page is computed by itself, so that neighbours cannot change it. Weights come from
    safetensors alone, no code of the folder is run, and nothing is fetched.

    Source: Faysse et al., "ColPali", 2024 (arXiv 2407.01449); Nemotron ColEmbed V2, 2026 (arXiv
    2602.03992).

    Parameters
    ----------
    folder
        Of the model, its tokenizer and its image processor.
    base
        Folder of the model that an adapter (LoRA) belongs to.
    device
        Where torch computes, such as "cpu" or "cuda".
    dtype
        Numbers of the weights: "float32" or "bfloat16".

    Raises
    ------
    ModelUnavailableError
        If the folder holds another kind of model.
    InvalidInputError
        If `dtype` is unknown.
    """

    def __init__(
        self,
        folder: PathLike,
        *,
        base: PathLike | None = None,
        device: str = "cpu",
        dtype: str = "float32",
    ) -> None:
        if dtype not in ("float32", "bfloat16"):
            raise InvalidInputError(f"dtype must be 'float32' or 'bfloat16', got {dtype!r}")
        self._folder, self._base = Path(folder), base
        self._device, self._dtype = device, dtype
        at = self._folder
        self._where = Path(base) if base and not (at / "config.json").is_file() else at
        self._model: FamilyFolder = read_family(self._where)

    @property
    def family(self) -> Family:
        """Which of the families it is of, with its prompts."""
        return self._model.family

    @property
    def folders(self) -> tuple[Path, Path | None]:
        """Of the model, and of the one that an adapter belongs to."""
        return self._folder, None if self._base is None else Path(self._base)

    @property
    def model(self) -> FamilyFolder:
        """Family, backbone and settings."""
        return self._model

    @property
    def name(self) -> str:
        """What a collection keeps to open it by."""
        return f"hf:{self._folder.resolve()}"

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the vectors of any page would change."""
        return f"{self.family.name} {folder_fingerprint(self._folder, self._base)}"

    @cached_property
    def dim(self) -> int:
        """Components of each vector."""
        return int(self.network.dim)

    def encode_images(self, images: Iterable[Image.Image]) -> Iterator[PatchVectors]:
        """Vectors of each page image, in order, one at a time; all tokens of its prompt are kept.

        Raises
        ------
        MissingExtraError
            If the extra `models` is not installed.
        """
        for image in images:
            page = self._inputs(image)
            ids = self._ids(self.page_prompt(page))
            boxes = self._boxes(ids, page)
            yield PatchVectors(self._vectors(ModelInputs(ids, page.pixels)), boxes)

    def page_inputs(self, image: Image.Image) -> ModelInputs:
        """A page as `compute` takes it."""
        page = self._inputs(image)
        return ModelInputs(self._ids(self.page_prompt(page)), page.pixels)

    def query_inputs(self, text: str) -> ModelInputs:
        """A question as `compute` takes it."""
        return ModelInputs(self._ids(self.query_prompt(text)), {})

    def compute(self, inputs: Sequence[ModelInputs]) -> list[Any]:
        """Vectors of pages and questions as tensors `(tokens, dim)`, of which torch keeps track.

        Those of the same shape are computed together.

        Raises
        ------
        MissingExtraError
            If the extra `models` is not installed.
        """
        network = self.network  # says which package is missing
        import torch

        alike: dict[tuple[object, ...], list[int]] = {}
        for at, one in enumerate(inputs):
            shapes = (
                name for pixels in one.pixels.items() for name in (pixels[0], pixels[1].shape)
            )
            alike.setdefault((len(one.ids), *shapes), []).append(at)
        found: list[Any] = [None] * len(inputs)
        for places in alike.values():
            some = [inputs[at] for at in places]
            tensors = {
                name: torch.from_numpy(np.concatenate([one.pixels[name] for one in some]))
                for name in some[0].pixels
            }
            ids = np.stack([one.ids for one in some])
            if tensors and self._model.backbone.tiling == "native":
                kinds = (ids == self._image_id).astype(np.int64)
                tensors["mm_token_type_ids"] = torch.from_numpy(kinds)
            moved = {name: one.to(self._device) for name, one in tensors.items()}
            values = network(torch.from_numpy(ids).to(self._device), moved)
            for at, value in zip(places, values, strict=True):
                found[at] = value
        return found

    def patch_boxes(self, image: Image.Image) -> Float32[np.ndarray, "tokens 4"]:
        """Where each vector of a page image looks, without computing the vectors."""
        page = self._inputs(image)
        return self._boxes(self._ids(self.page_prompt(page)), page)

    def encode_query(self, text: str) -> TokenVectors:
        """Vectors of a question with its prompt; none for an empty one."""
        if not text.strip():
            return TokenVectors(np.zeros((0, self.dim), np.float32), np.zeros((0, 2), np.int32))
        prompt = self.query_prompt(text)
        found = self._tokenizer.encode(prompt, add_special_tokens=self.family.special_tokens)
        ids = np.array(found.ids, np.int64)
        offsets = np.array(found.offsets, np.int64) - len(self.family.query_prefix)
        spans = disjoint(np.clip(offsets, 0, len(text)).astype(np.int32))
        # What the tokenizer adds by itself stands at the start of everything, or at its end.
        spans[-1:] = np.maximum(spans[-1:], spans[-2:-1, 1:] if len(spans) > 1 else 0)
        return TokenVectors(self._vectors(ModelInputs(ids, {})), spans)

    def query_prompt(self, text: str) -> str:
        """A question as the model reads it; what looks like a special token in it is none."""
        for token in self._special:
            text = text.replace(token, "‹" + token[1:])  # noqa: RUF001
        return f"{self.family.query_prefix}{text}{self.family.query_suffix}"

    def page_prompt(self, page: PageInputs) -> str:
        """A page as the model reads it."""
        return self.family.page.replace("{image}", page.tokens)

    def _ids(self, prompt: str) -> Int64[np.ndarray, " tokens"]:
        found = self._tokenizer.encode(prompt, add_special_tokens=self.family.special_tokens)
        return np.array(found.ids, np.int64)

    def _boxes(
        self, ids: Int64[np.ndarray, " tokens"], page: PageInputs
    ) -> Float32[np.ndarray, "tokens 4"]:
        places = np.flatnonzero(ids == self._image_id)
        if len(places) != len(page.boxes):
            raise ModelUnavailableError(
                f"{self._where}: the page has {len(page.boxes)} image tokens and its prompt "
                f"{len(places)}: the image processor and the tokenizer do not belong together"
            )
        boxes = np.zeros((len(ids), 4), np.float32)
        boxes[places] = page.boxes
        return boxes

    def _vectors(self, inputs: ModelInputs) -> Float32[np.ndarray, "tokens dim"]:
        _ = self.network  # says which package is missing
        import torch

        with torch.inference_mode():
            values: np.ndarray = self.compute([inputs])[0].float().cpu().numpy()
        return values

    @cached_property
    def network(self) -> Any:
        """A torch module: ids `(1, tokens)` and inputs of the page to vectors of length 1."""
        return load_visual_network(self._folder, self._base, self._model, self._device, self._dtype)

    @cached_property
    def _inputs(self) -> PageInputMaker:
        try:
            import transformers  # noqa: F401 (its absence is told here)
        except ImportError as error:
            raise MissingExtraError("transformers", "models", "a late-interaction model") from error
        token = self._tokenizer.id_to_token(self._image_id)
        return PageInputMaker(self._where, self._model, token)

    @property
    def _image_id(self) -> int:
        config = self._model.config
        return int(config.get("image_token_id") or config["image_token_index"])

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        path = self._folder / "tokenizer.json"
        path = path if path.is_file() else self._where / "tokenizer.json"
        if not path.is_file():
            raise ModelUnavailableError(f"{path} is not there: copy it beside the weights")
        tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _special(self) -> list[str]:
        return [one.content for one in self._tokenizer.get_added_tokens_decoder().values()]
