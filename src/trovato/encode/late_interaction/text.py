"""Text models of late interaction from a folder of your own: ColBERT, PyLate and their like."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    ModelUnavailableError,
    PathLike,
    TokenVectors,
    check_many,
)
from trovato.core.shapes import Float32
from trovato.encode.late_interaction.checkpoint import (
    put_weights,
    read_json,
    read_weights,
    renamed,
)
from trovato.encode.late_interaction.fingerprint import folder_fingerprint
from trovato.encode.late_interaction.text_settings import Projection, TextSettings, text_settings
from trovato.encode.late_interaction.text_tokens import TextTokens, TextWindow

# Checkpoints name the backbone in one of these ways, or not at all.
_RENAMES = (("(?:bert|roberta|model|backbone)\\.", ""),)
_UNUSED = r"position_ids$"


class ColBERTEncoder:
    """A ColBERT-like text model: one vector for each token, by a backbone and a linear layer.

    Reads the layouts of ColBERT, PyLate and sentence-transformers. Weights come from safetensors
    alone, no code of the folder is run, and nothing is fetched. Documents of any length are read
    whole, in windows.

    Source: Khattab and Zaharia, "ColBERT", 2020, equations 1 to 3.

    Parameters
    ----------
    folder
        Of the model.
    base
        Folder of the model that an adapter (LoRA) belongs to.
    device
        Where torch computes, such as "cpu" or "cuda".
    dtype
        Numbers of the weights: "float32" or "bfloat16".
    batch
        Windows that are computed together; the vectors do not depend on it.
    bidirectional
        Let each token of a causal backbone see those after it. A model that was trained so says it
        in its config.json (`is_causal`).

    Raises
    ------
    ModelUnavailableError
        If the folder holds another kind of model.
    InvalidInputError
        If `batch` is below 1, or `dtype` is unknown.
    """

    def __init__(
        self,
        folder: PathLike,
        *,
        base: PathLike | None = None,
        device: str = "cpu",
        dtype: str = "float32",
        batch: int = 16,
        bidirectional: bool = False,
    ) -> None:
        if batch < 1:
            raise InvalidInputError(f"batch must be at least 1, got {batch}")
        if dtype not in ("float32", "bfloat16"):
            raise InvalidInputError(f"dtype must be 'float32' or 'bfloat16', got {dtype!r}")
        self._folder, self._base = Path(folder), base
        self._device, self._dtype, self._batch = device, dtype, batch
        self._bidirectional = bidirectional
        self.settings: TextSettings = text_settings(folder)

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the vectors of any text would change."""
        made = folder_fingerprint(self._folder, self._base)
        return f"colbert {made}{' bidirectional' if self._bidirectional else ''}"

    @cached_property
    def dim(self) -> int:
        """Components of each vector."""
        return len(self._projections[-1][0])

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """Token vectors of each text, in order; at most `batch` windows are read ahead.

        Special tokens have a vector and no characters.

        Raises
        ------
        MissingExtraError
            If the extra `models` is not installed.
        """
        check_many("texts", texts)
        waiting: deque[list[TextWindow]] = deque()
        ready: deque[Float32[np.ndarray, "_ dim"]] = deque()
        queued: list[TextWindow] = []
        for text in texts:
            cut = self.tokens.document(text)
            waiting.append(cut)
            queued += cut
            if len(queued) >= self._batch or len(waiting) >= 4 * self._batch:
                ready.extend(self._vectors(queued))
                queued = []
                while waiting:
                    yield self._joined(waiting.popleft(), ready)
        ready.extend(self._vectors(queued))
        while waiting:
            yield self._joined(waiting.popleft(), ready)

    def encode_query(self, text: str) -> TokenVectors:
        """Token vectors of a question, [MASK] of its expansion included."""
        cut = self.tokens.query(text)
        return self._joined(cut, deque(self._vectors(cut)))

    def _joined(
        self, cut: list[TextWindow], ready: deque[Float32[np.ndarray, "_ dim"]]
    ) -> TokenVectors:
        values = [ready.popleft() for _ in cut]
        return TokenVectors(
            np.concatenate([np.zeros((0, self.dim), np.float32), *values]),
            np.concatenate([np.zeros((0, 2), np.int32), *(window.spans for window in cut)]),
        )

    def _vectors(self, cut: Sequence[TextWindow]) -> Iterator[Float32[np.ndarray, "_ dim"]]:
        import torch

        for first in range(0, len(cut), self._batch):
            some = cut[first : first + self._batch]
            longest = max(len(window.ids) for window in some)
            ids = np.zeros((len(some), longest), np.int64)
            attended = np.zeros((len(some), longest), np.int64)
            for row, window in enumerate(some):
                ids[row, : len(window.ids)] = window.ids
                attended[row, : len(window.ids)] = window.attended
            with torch.inference_mode():
                found = self.network(
                    torch.from_numpy(ids).to(self._device),
                    torch.from_numpy(attended).to(self._device),
                )
                values = found.float().cpu().numpy()
            for row, window in enumerate(some):
                yield values[row, : len(window.ids)][window.kept]

    @cached_property
    def tokens(self) -> TextTokens:
        """Cuts texts into what the model reads."""
        return TextTokens(self._folder, self.settings, self.longest)

    @property
    def longest(self) -> int:
        """Tokens that the backbone can read at once."""
        config = read_json(self._folder / "config.json") or read_json(
            Path(self._base or "") / "config.json"
        )
        return int(config.get("max_position_embeddings") or 512)

    @cached_property
    def network(self) -> Any:
        """A torch module: ids and attention mask to vectors of length 1; ready to be trained."""
        try:
            import torch
            import transformers
        except ImportError as error:
            raise MissingExtraError("transformers", "models", "a late-interaction model") from error
        from trovato.encode.late_interaction.text_network import text_network

        place = self._folder if (self._folder / "config.json").is_file() else self._base
        try:
            config = transformers.AutoConfig.from_pretrained(
                place, local_files_only=True, trust_remote_code=False
            )
            if self._bidirectional:
                config.is_causal = False
            backbone = transformers.AutoModel.from_config(config)
            if hasattr(backbone, "pooler"):
                backbone.pooler = None  # of a single vector for a text
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailableError(f"{place}/config.json cannot be used: {error}") from error
        weights = renamed(read_weights(self._folder, self._base), _RENAMES)
        put_weights(backbone, weights, self._folder, ignored=_UNUSED)
        network = text_network(backbone, self._projections)
        return network.to(self._device, getattr(torch, self._dtype)).eval()

    @cached_property
    def _projections(self) -> list[tuple[Any, Any, str]]:
        """Matrix, bias or None, and activation of each linear layer."""
        return [self._projection(one) for one in self.settings.projections]

    def _projection(self, one: Projection) -> tuple[Any, Any, str]:
        weights = read_weights(self._folder / one.file, self._base)
        if one.weight not in weights:
            raise ModelUnavailableError(f"{self._folder / one.file} lacks {one.weight}")
        bias = weights.get(one.weight.removesuffix("weight") + "bias")
        return weights[one.weight], bias, one.activation
