"""A language model in this process that reads pictures too."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from trovato.core import (
    AttentionMode,
    Completion,
    Decoding,
    InvalidInputError,
    ModelUnavailableError,
    PathLike,
    Prompt,
)
from trovato.llm.local.generation import completion, ending, generate, sampler
from trovato.llm.local.incremental_detokenizer import text_pieces
from trovato.llm.local.model_support import cache_argument, stop_tokens, window_of
from trovato.llm.local.prefill import Prefill, read_at_once
from trovato.llm.local.prompt_tokens import PromptTokens, tokenise
from trovato.llm.local.tokenizer import PromptTokenizer
from trovato.llm.local.weights.loading import fingerprint, load_vision_model
from trovato.llm.vision.pictures import PicturePatches, PictureReader

# Their pictures are cut by one image processor, and stand between the same tokens.
FAMILIES = frozenset({"qwen2_vl", "qwen2_5_vl", "qwen3_vl"})


def sees(name: PathLike) -> bool:
    """Whether a folder, or a model of that name on this machine, is one for `LocalVisionModel`."""
    place = Path(name) / "config.json"
    if not place.is_file():
        try:
            from huggingface_hub import try_to_load_from_cache

            found = try_to_load_from_cache(str(name), "config.json")
        except (ImportError, ValueError):  # not installed, or no name of a model
            return False
        if not isinstance(found, str):
            return False
        place = Path(found)
    try:
        return json.loads(place.read_text("utf-8"))["model_type"] in FAMILIES
    except (OSError, ValueError, KeyError, TypeError):
        return False


class LocalVisionModel:
    """A `trovato.core.LanguageModel` that sees: Qwen2-VL, Qwen2.5-VL and Qwen3-VL.

    Pictures stand in the question or the instructions. It reads causally alone, one picture prompt
    at a time, and writes for several.

    Parameters
    ----------
    model
        A folder with config.json, safetensors, tokenizer.json and preprocessor_config.json, or the
        name of a model on the Hugging Face hub that is on this machine.
    device
        "cpu", "cuda" and the like; by default a GPU where there is one.
    dtype
        Type of the numbers; by default float32 on a CPU, and as stored elsewhere.

    Raises
    ------
    MissingExtraError
        If torch or transformers is not installed.
    ModelUnavailableError
        If the model cannot be loaded, or is of another family.
    """

    attentions: frozenset[AttentionMode] = frozenset({"causal"})

    def __init__(
        self,
        model: PathLike,
        *,
        device: str | None = None,
        dtype: Literal["float32", "bfloat16", "float16"] | None = None,
    ) -> None:
        self._model, tokenizer = load_vision_model(model, device, dtype)
        family = self._model.config.model_type
        if family not in FAMILIES:
            raise ModelUnavailableError(
                f"models of the family {family!r} cannot be run here: use one of "
                f"{', '.join(sorted(FAMILIES))}, or a server"
            )
        self._pictures = PictureReader(model, tokenizer)
        self._words = PromptTokenizer(tokenizer)
        self._window = window_of(self._model.config.get_text_config())
        self._stop = stop_tokens(self._model, tokenizer)
        self._fingerprint = fingerprint(
            self._model, tokenizer, self._pictures.settings, str(self._model.device.type)
        )

    @property
    def fingerprint(self) -> str:
        """Names configuration, weights, tokenizer, image processor and device."""
        return self._fingerprint

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding = Decoding(),
        attention: AttentionMode = "causal",
    ) -> list[Completion]:
        """One completion for each prompt, in order.

        Raises
        ------
        ContextTooLongError
            If a prompt does not fit the window.
        InvalidInputError
            If a picture cannot be read or stands in a document, or attention is not causal.
        """
        completions = []
        for prompt in prompts:
            read, steps = self._write(prompt, decoding, attention)
            completions.append(
                completion(read, list(steps), self._words, self._stop, decoding.stop)
            )
        return completions

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Generator[str, None, Completion]:
        """The completion of one prompt, piece by piece as it is written; returns it whole.

        Raises
        ------
        ContextTooLongError, InvalidInputError
            As `complete`.
        """
        read, steps = self._write(prompt, decoding, attention)
        written: list[int] = []

        def kept() -> Iterator[int]:
            for token in steps:
                written.append(token)
                yield token

        yield from text_pieces(kept(), self._words, decoding.stop)
        return completion(read, written, self._words, self._stop, decoding.stop)

    def _write(
        self, prompt: Prompt, decoding: Decoding, attention: AttentionMode
    ) -> tuple[PromptTokens, Iterator[int]]:
        if attention != "causal":
            raise InvalidInputError(f"a model that sees does not read {attention!r}")
        seen = self._pictures.read(prompt)
        tokens = tokenise(
            prompt,
            self._words,
            self._window - decoding.max_tokens,
            None if seen is None else seen.ids,
        )
        if seen is None:
            read = read_at_once(self._model, tokens, np.arange(len(tokens)), None)
        else:
            read = self._see(tokens, seen)
        choose = [sampler(decoding, tokens)]
        ends = [ending(decoding.stop, self._stop, self._words)]
        steps = generate(self._model, [read], choose, ends, decoding.max_tokens)
        return tokens, (token for [token] in steps if token is not None)

    def _see(self, tokens: PromptTokens, seen: PicturePatches) -> Prefill:
        """Reads a prompt with pictures: their tokens have a place in time, height and width."""
        import torch
        from transformers import DynamicCache

        device, cache = self._model.device, DynamicCache()
        ids = torch.from_numpy(tokens.ids[None]).to(device)
        grids = torch.from_numpy(seen.grids).to(device)
        pixels = torch.from_numpy(seen.pixels).to(device, self._model.dtype)
        kinds = (ids == self._pictures.patch).int()
        with torch.inference_mode():
            positions, _ = self._model.model.get_rope_index(
                ids, mm_token_type_ids=kinds, image_grid_thw=grids
            )
            logits: Any = self._model(
                input_ids=ids,
                position_ids=positions,
                pixel_values=pixels,
                image_grid_thw=grids,
                mm_token_type_ids=kinds,
                use_cache=True,
                logits_to_keep=1,
                **{cache_argument(self._model): cache},
            ).logits
        return Prefill(cache, logits[0, -1], int(positions.max()) + 1)
