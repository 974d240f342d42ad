"""The embedded encoder: all-MiniLM-L6-v2 as a late-interaction model."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, PathLike, TokenVectors, TrovatoError, check_many
from trovato.core.shapes import Float32
from trovato.encode.in_order import in_order
from trovato.encode.onnx_model import WindowModel
from trovato.encode.windows import windows
from trovato.encode.wordpiece import WordPieces, WordPieceTokenizer

SHIPPED = Path(__file__).parent / "weights"
WINDOW = 254  # and [CLS] and [SEP]: the 256 tokens that the model was trained on
OVERLAP = 32


class MiniLMEncoder:
    """Token vectors of all-MiniLM-L6-v2, int8, projected to 128 dimensions, on the CPU.

    Parameters
    ----------
    threads
        Windows that are computed at the same time; by default as many as there are processors.
    folder
        Folder with `model.onnx`, `tokenizer.json` and `manifest.json`; by default the one that
        comes with the package.

    Raises
    ------
    InvalidInputError
        If `threads` is below 1.
    TrovatoError
        If a file of the model is missing.
    """

    def __init__(self, threads: int | None = None, folder: PathLike = SHIPPED) -> None:
        if threads is not None and threads < 1:
            raise InvalidInputError(f"threads must be at least 1, got {threads}")
        self._threads = threads or os.cpu_count() or 1
        self._folder = folder = Path(folder)
        for name in ("model.onnx", "tokenizer.json", "manifest.json"):
            if not (folder / name).is_file():
                raise TrovatoError(
                    f"the encoder needs {folder / name}, which does not exist: it is made when "
                    "the package is built; install trovato again (`pip install .`)"
                )
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        self._dim: int = manifest["dim"]
        made = [manifest["model"], manifest["tokenizer"], WINDOW, OVERLAP, "all pieces"]
        self._fingerprint = hashlib.sha256(json.dumps(made).encode()).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors of any text would change."""
        return self._fingerprint

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return self._dim

    @property
    def english_only(self) -> bool:
        """It was trained on texts in English."""
        return True

    @property
    def unrelated(self) -> float:
        """Mean cosine below which a page has nothing to do with a question.

        Of 137 questions of XQuAD in English, the best of 140 paragraphs reaches .59 for 99 in 100;
        the median of a question's other paragraphs is .28, and made-up words reach .35 to .48.
        """
        return 0.45

    @property
    def contrast(self) -> float:
        """By how much the mean cosine of a question's best page exceeds that of other pages.

        Of 114 questions of XQuAD in English, the best of 140 paragraphs has .737 on average, the
        others .284.
        """
        return 0.45

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """Token vectors of each text, in order.

        Texts are read as they are needed: at most two per thread are held at once.
        """
        check_many("texts", texts)
        _ = self._tokenizer, self._model  # loaded here once, not by each thread
        return in_order(self._encode, texts, self._threads)

    def encode_query(self, text: str) -> TokenVectors:
        """Token vectors of a question, made as those of a text."""
        return self._encode(text)

    @cached_property
    def _tokenizer(self) -> WordPieceTokenizer:
        return WordPieceTokenizer(self._folder / "tokenizer.json")

    @cached_property
    def _model(self) -> WindowModel:
        return WindowModel(self._folder / "model.onnx")

    def _encode(self, text: str) -> TokenVectors:
        """Vectors of all pieces, punctuation included: without it fewer pages are found."""
        pieces = self._tokenizer(text)
        kept = pieces.apart()
        return TokenVectors(self._vectors(pieces)[kept], pieces.spans[kept])

    def _vectors(self, pieces: WordPieces) -> Float32[np.ndarray, "tokens dim"]:
        first, last = self._tokenizer.first, self._tokenizer.last
        parts = [np.zeros((0, self._dim), np.float32)]
        for window in windows(len(pieces.ids), WINDOW, OVERLAP):
            ids = np.concatenate([[first], pieces.ids[window.start : window.stop], [last]])
            # Vector 0 is [CLS], so the window's token t has number t - start + 1.
            shift = 1 - window.start
            parts.append(self._model(ids)[window.first + shift : window.last + shift])
        return np.concatenate(parts)
