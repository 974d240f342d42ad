"""A ColBERT-like text model as ONNX: without torch, and faster where its weights have 8 bits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    ModelUnavailableError,
    PathLike,
    TokenVectors,
    check_many,
    processors,
)
from trovato.core.shapes import Float32
from trovato.encode.in_order import in_order
from trovato.encode.late_interaction.fingerprint import folder_fingerprint
from trovato.encode.late_interaction.text_settings import TextSettings
from trovato.encode.late_interaction.text_tokens import TextTokens, TextWindow

MODEL, SETTINGS, TOKENIZER = "model.onnx", "settings.json", "tokenizer.json"


class OnnxTextEncoder:
    """A text model of late interaction that `export_text_encoder` wrote.

    Windows run one at a time, each on one thread: with 8 bits, neighbours in a batch would change
    what activations are scaled by.

    Parameters
    ----------
    folder
        Where it lies.
    threads
        Texts that are encoded at the same time; by default as many as there are processors.

    Raises
    ------
    InvalidInputError
        If `threads` is below 1.
    ModelUnavailableError
        If a file is missing or damaged.
    """

    def __init__(self, folder: PathLike, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise InvalidInputError(f"threads must be at least 1, got {threads}")
        self._threads = threads or processors()
        self._folder = Path(folder)
        names = (MODEL, SETTINGS, TOKENIZER)
        if missing := [name for name in names if not (self._folder / name).is_file()]:
            raise ModelUnavailableError(
                f"{self._folder} lacks {', '.join(missing)}: name a folder that "
                "`trovato encoder export` wrote"
            )
        try:
            told = json.loads((self._folder / SETTINGS).read_text("utf-8"))
            said = told["settings"] | {"projections": ()}
            said["skipped"] = tuple(said["skipped"])
            self.settings = TextSettings(**said)
            self._dim, self._longest = int(told["dim"]), int(told["longest"])
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnavailableError(
                f"{self._folder / SETTINGS} is damaged: export the model again"
            ) from error

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the vectors of any text would change."""
        return f"colbert onnx {folder_fingerprint(self._folder)}"

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return self._dim

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """Token vectors of each text, in order; special tokens have no characters."""
        check_many("texts", texts)
        _ = self._tokens, self._session  # loaded here once, not by each thread
        return in_order(
            lambda text: self._joined(self._tokens.document(text)), texts, self._threads
        )

    def encode_query(self, text: str) -> TokenVectors:
        """Token vectors of a question, [MASK] of its expansion included."""
        return self._joined(self._tokens.query(text))

    def _joined(self, cut: list[TextWindow]) -> TokenVectors:
        return TokenVectors(
            np.concatenate(
                [np.zeros((0, self._dim), np.float32), *(self._vectors(window) for window in cut)]
            ),
            np.concatenate([np.zeros((0, 2), np.int32), *(window.spans for window in cut)]),
        )

    def _vectors(self, window: TextWindow) -> Float32[np.ndarray, "kept dim"]:
        given = {"ids": window.ids[None], "attended": window.attended[None].astype(np.int64)}
        vectors: np.ndarray = self._session.run(["vectors"], given)[0][0]
        kept: np.ndarray = vectors[window.kept]
        return kept

    @cached_property
    def _tokens(self) -> TextTokens:
        return TextTokens(self._folder, self.settings, self._longest)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the peak of every length for ever
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(self._folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
