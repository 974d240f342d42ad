"""CLIP and SigLIP from a folder of your own: pictures and texts in one learnt space."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import PathLike, check_many
from trovato.core.shapes import Float32
from trovato.encode.images.clip_model import ClipModel, kind_of, load_clip
from trovato.ops import l2_normalize


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
        self._kind = kind_of(self._folder)
        self.truncated = 0

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

    @cached_property
    def model(self) -> ClipModel:
        """The network, loaded when it is first used.

        Raises
        ------
        MissingExtraError
            If the extra `models` is not installed.
        """
        return load_clip(self._folder, self._kind)

    def encode_images(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " dim"]]:
        """A vector of length 1 for each picture, in order, one at a time.

        Raises
        ------
        MissingExtraError
            If the extra `models` is not installed.
        """
        for image in images:
            model = self.model
            import torch

            torch.set_num_threads(self._threads)
            pixels = torch.from_numpy(np.asarray(model.pixels_of(image)))
            with torch.inference_mode():
                found = model.network.get_image_features(pixel_values=pixels)
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
        model = self.model
        import torch

        torch.set_num_threads(self._threads)
        self.truncated += len(model.tokenizer(text)["input_ids"]) > model.longest
        tokens = model.tokenizer(
            text,
            padding="max_length" if model.filled else False,
            truncation=True,
            max_length=model.longest,
            return_tensors="pt",
        )
        with torch.inference_mode():
            return _vectors(model.network.get_text_features(input_ids=tokens["input_ids"]))


def _vectors(found: Any) -> Float32[np.ndarray, "rows dim"]:
    """At length 1; transformers gives them bare, or from version 5 on as the pooled output."""
    return l2_normalize(np.asarray(getattr(found, "pooler_output", found).numpy(), np.float32))
