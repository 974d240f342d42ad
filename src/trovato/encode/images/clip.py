"""CLIP and SigLIP from a folder of your own: pictures and texts in one learnt space."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import MissingExtraError, ModelUnavailableError, PathLike, check_many
from trovato.core.shapes import Float32
from trovato.encode.images.open_clip import (
    CONFIG,
    WEIGHTS,
    clip_settings,
    open_clip_pixels,
    read_open_clip_config,
    renamed,
)
from trovato.ops import l2_normalize

_KINDS = ("clip", "siglip")
_NEEDED = {
    "transformers": ("config.json", "model.safetensors", "preprocessor_config.json"),
    "OpenCLIP": (CONFIG, WEIGHTS),
}


class ClipEncoder:
    """A CLIP or SigLIP model as transformers saves it, or a CLIP model in OpenCLIP's own form.

    Weights are read from safetensors alone; no code of the folder is run, and nothing is fetched.
    A text longer than the model reads is cut at its end; see `truncated`.

    Parameters
    ----------
    folder
        With `config.json`, `model.safetensors`, `preprocessor_config.json` and the tokenizer; or
        with `open_clip_config.json`, `open_clip_model.safetensors` and a tokenizer that
        transformers reads, as OpenCLIP's models are published.
    threads
        Of the processor.

    Attributes
    ----------
    truncated
        Texts that were cut so far.

    Raises
    ------
    ModelUnavailableError
        If a file is missing, or it is another kind of model.
    """

    def __init__(self, folder: PathLike, threads: int = 1) -> None:
        self._folder = Path(folder)
        self._threads = threads
        self.truncated = 0
        missing = {
            form: [name for name in names if not (self._folder / name).is_file()]
            for form, names in _NEEDED.items()
        }
        if all(missing.values()):
            lacks = "; ".join(f"for {form} {', '.join(names)}" for form, names in missing.items())
            raise ModelUnavailableError(
                f"{self._folder} lacks files of a CLIP or SigLIP model ({lacks}): name the folder "
                "of one as transformers or OpenCLIP saves it, with weights as safetensors"
            )
        self._form = next(form for form, names in missing.items() if not names)
        self._kind = "clip" if self._form == "OpenCLIP" else self._kind_of()
        if self._form == "OpenCLIP":
            read_open_clip_config(self._folder)

    def _kind_of(self) -> str:
        """The kind of a model of transformers."""
        try:
            config = json.loads((self._folder / "config.json").read_text("utf-8"))
            kind = config.get("model_type")
        except (ValueError, AttributeError) as error:
            raise ModelUnavailableError(f"{self._folder}/config.json is damaged") from error
        if kind not in _KINDS:
            raise ModelUnavailableError(
                f"{self._folder} holds a model of the kind {kind!r}; wanted {' or '.join(_KINDS)}"
            )
        return str(kind)

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the vector of any picture or text would change."""
        hashed = hashlib.sha256()
        for path in sorted(self._folder.iterdir()):
            if path.suffix in (".json", ".safetensors", ".txt", ".model"):
                with path.open("rb") as file:
                    hashed.update(f"{path.name}\0".encode())
                    hashed.update(hashlib.file_digest(file, "sha256").digest())
        return f"{self._kind} {hashed.hexdigest()[:32]}"

    def encode_images(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " dim"]]:
        """A vector of length 1 for each picture, in order, one at a time.

        Raises
        ------
        MissingExtraError
            If the extra `models` is not installed.
        """
        for image in images:
            torch, model, pixels_of, _ = self._loaded
            pixels = torch.from_numpy(np.asarray(pixels_of(image.convert("RGB"))))
            with torch.inference_mode():
                found = model.get_image_features(pixel_values=pixels)
            yield _vectors(found)[0]

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """A vector of length 1 for each text, each read by itself.

        Raises
        ------
        MissingExtraError
            If the extra `models` is not installed.
        """
        check_many("texts", texts)
        return np.concatenate([self._text("")[:0], *map(self._text, texts)])

    def _text(self, text: str) -> Float32[np.ndarray, "one dim"]:
        torch, model, _, tokenizer = self._loaded
        longest = model.config.text_config.max_position_embeddings
        self.truncated += len(tokenizer(text)["input_ids"]) > longest
        # SigLIP was trained on texts that are filled up to the end; CLIP's are read as they are.
        padding = "max_length" if self._kind == "siglip" else False
        tokens = tokenizer(
            text, padding=padding, truncation=True, max_length=longest, return_tensors="pt"
        )
        with torch.inference_mode():
            return _vectors(model.get_text_features(input_ids=tokens["input_ids"]))

    @cached_property
    def _loaded(self) -> tuple[Any, Any, Any, Any]:
        try:
            import torch
            import transformers
            from safetensors import SafetensorError
        except ImportError as error:
            raise MissingExtraError("transformers", "models", "CLIP") from error
        torch.set_num_threads(self._threads)
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(self._folder, **local)
            if self._form == "OpenCLIP":
                model, pixels_of = self._open_clip(tokenizer.eos_token_id)
            else:
                model, pixels_of = self._of_transformers()
        except (SafetensorError, OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelUnavailableError(f"{self._folder} cannot be loaded: {error}") from error
        return torch, model.eval(), pixels_of, tokenizer

    def _of_transformers(self) -> tuple[Any, Any]:
        import torch
        import transformers

        model_class, processor_class = (
            (transformers.CLIPModel, transformers.CLIPImageProcessorPil)
            if self._kind == "clip"
            else (transformers.SiglipModel, transformers.SiglipImageProcessorPil)
        )
        model = model_class.from_pretrained(
            self._folder,
            use_safetensors=True,
            dtype=torch.float32,
            local_files_only=True,
            trust_remote_code=False,
        )
        processor = processor_class.from_pretrained(self._folder, local_files_only=True)
        return model, lambda image: processor(images=image, return_tensors="np")["pixel_values"]

    def _open_clip(self, end_of_text: int) -> tuple[Any, Any]:
        import torch
        import transformers
        from safetensors.numpy import load_file

        config = read_open_clip_config(self._folder)
        tensors = renamed(load_file(self._folder / WEIGHTS))
        settings = clip_settings(config, end_of_text)
        model = transformers.CLIPModel(transformers.CLIPConfig(**settings))
        values = {name: torch.from_numpy(one.astype(np.float32)) for name, one in tensors.items()}
        model.load_state_dict(values)
        return model, lambda image: open_clip_pixels(image, config)


def _vectors(found: Any) -> Float32[np.ndarray, "rows dim"]:
    """At length 1; transformers gives them bare, or from version 5 on as the pooled output."""
    return l2_normalize(np.asarray(getattr(found, "pooler_output", found).numpy(), np.float32))
