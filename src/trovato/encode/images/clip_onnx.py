"""A CLIP or SigLIP model as ONNX: without torch, and smaller where its weights have 8 bits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import ModelUnavailableError, PathLike, check_many
from trovato.core.shapes import Float32
from trovato.encode.images.pixels import PixelSettings
from trovato.ops import l2_normalize

SETTINGS, TOKENIZER = "settings.json", "tokenizer.json"
IMAGES, TEXTS = "images.onnx", "texts.onnx"


class OnnxClipEncoder:
    """A model that `export_clip` wrote.

    Parameters
    ----------
    folder
        Where it lies.
    threads
        Of the processor.

    Attributes
    ----------
    truncated
        Texts that were cut so far.

    Raises
    ------
    ModelUnavailableError
        If a file is missing or damaged.
    """

    def __init__(self, folder: PathLike, threads: int = 1) -> None:
        self._folder = Path(folder)
        self._threads = threads
        self.truncated = 0
        names = (SETTINGS, TOKENIZER, IMAGES, TEXTS)
        if missing := [name for name in names if not (self._folder / name).is_file()]:
            raise ModelUnavailableError(
                f"{self._folder} lacks {', '.join(missing)}: name a folder that "
                "`trovato.encode.images.export_clip` wrote"
            )
        try:
            told = json.loads((self._folder / SETTINGS).read_text("utf-8"))
            self._longest, self._padding = int(told["longest"]), int(told["padding"])
            self._pixels = PixelSettings(**told["pixels"])
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnavailableError(f"{self._folder / SETTINGS} is damaged") from error

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the vector of any picture or text would change."""
        hashed = hashlib.sha256()
        for name in (SETTINGS, TOKENIZER, IMAGES, TEXTS):
            with (self._folder / name).open("rb") as file:
                hashed.update(hashlib.file_digest(file, "sha256").digest())
        return f"clip onnx {hashed.hexdigest()[:32]}"

    def encode_images(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " dim"]]:
        """A vector of length 1 for each picture, in order, one at a time."""
        for image in images:
            yield l2_normalize(self._images.run(None, {"given": self._pixels.of(image)})[0])[0]

    def encode_texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """A vector of length 1 for each text, each read by itself."""
        check_many("texts", texts)
        return np.concatenate([self._text("")[:0], *map(self._text, texts)])

    def _text(self, text: str) -> Float32[np.ndarray, "one dim"]:
        encoded = self._tokenizer.encode(text)
        self.truncated += bool(encoded.overflowing)
        tokens = np.full((1, self._longest), self._padding, np.int64)
        tokens[0, : len(encoded.ids)] = encoded.ids
        return l2_normalize(self._texts.run(None, {"given": tokens})[0])

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        except Exception as error:  # the library raises nothing narrower
            raise ModelUnavailableError(f"{self._folder / TOKENIZER} is damaged") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._longest)
        return tokenizer

    @cached_property
    def _images(self) -> Any:
        return self._session(IMAGES)

    @cached_property
    def _texts(self) -> Any:
        return self._session(TEXTS)

    def _session(self, name: str) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(
                str(self._folder / name), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the library raises nothing narrower
            raise ModelUnavailableError(f"{self._folder / name} is damaged: {error}") from error
