"""A language model that runs in this process, and reads documents apart from each other."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from trovato.core import (
    AttentionMode,
    Completion,
    Decoding,
    InvalidInputError,
    LeakError,
    ModelUnavailableError,
    PathLike,
    Prompt,
    check_many,
)
from trovato.core.shapes import Float32
from trovato.llm.local.generation import completion, ending, generate, sampler
from trovato.llm.local.incremental_detokenizer import text_pieces
from trovato.llm.local.input_embeddings import mean_embeddings
from trovato.llm.local.isolation_check import EXAMPLE, verify_isolation
from trovato.llm.local.kv_cache import KVCacheMemory
from trovato.llm.local.model_support import FAMILIES, stop_tokens, window_of
from trovato.llm.local.perplexity import mean_log_likelihood
from trovato.llm.local.position_ids import parallel_positions
from trovato.llm.local.prefill import Prefill, read_apart, read_at_once
from trovato.llm.local.prompt_tokens import PromptTokens, tokenise
from trovato.llm.local.tokenizer import PromptTokenizer
from trovato.llm.local.weights.loading import fingerprint, load_model
from trovato.ops.language.attention_mask import document_mask

# Prompts that are written at the same time.
_BATCH = 8


class LocalModel:
    """A `trovato.core.LanguageModel` from a folder of weights, run by transformers.

    Causal attention reads a prompt as any model does. Sparse attention keeps documents from reading
    each other (SDAG): each is read by itself after the instructions, and what was read is
    remembered, so that a second question over the same documents costs no more than the question.
    With "sparse-parallel" all documents start at the same position, and their order changes
    nothing.

    Llama, Qwen2, Qwen3 and Mistral are known to keep documents apart. A model of another family is
    checked when it is loaded, and reads causally only if it leaks.

    Parameters
    ----------
    model
        A folder with config.json, safetensors and tokenizer.json, a GGUF file or a folder with one,
        or the name of a model on the Hugging Face hub that is on this machine.
    device
        "cpu", "cuda" and the like; by default a GPU where there is one.
    dtype
        Type of the numbers; by default float32 on a CPU, and as stored elsewhere.
    attention_implementation
        "sdpa" (fast) or "eager" (plain).
    window
        Tokens that are read and written at most; by default as many as the model can.
    cache_bytes
        How much of what was read of documents is remembered.
    adapter
        Folder of a LoRA adapter (safetensors, as the library peft writes it), merged into the
        model.
    download
        Whether a model that is not on this machine is fetched from the hub.

    Raises
    ------
    MissingExtraError
        If torch or transformers is not installed.
    ModelUnavailableError
        If the model cannot be loaded or run, or has layers that are not attention.
    """

    def __init__(
        self,
        model: PathLike,
        *,
        device: str | None = None,
        dtype: Literal["float32", "bfloat16", "float16"] | None = None,
        attention_implementation: Literal["sdpa", "eager"] = "sdpa",
        window: int | None = None,
        cache_bytes: int = 2**30,
        adapter: PathLike | None = None,
        download: bool = False,
    ) -> None:
        self._model, tokenizer = load_model(
            model, device, dtype, attention_implementation, download=download, adapter=adapter
        )
        config = self._model.config.get_text_config()
        self._window = min(window_of(config), window or 2**62)
        self._words = PromptTokenizer(tokenizer)
        self._stop = stop_tokens(self._model, tokenizer)
        self._memory = KVCacheMemory(cache_bytes)
        self._name = Path(model).name if Path(model).exists() else str(model)
        self._fingerprint = fingerprint(
            self._model,
            tokenizer,
            str(self._words.with_system),
            str(self._model.device.type),
            attention_implementation,
        )
        self._attentions: frozenset[AttentionMode] = frozenset(
            {"causal", "sparse", "sparse-parallel"}
        )
        self._leak = ""
        if config.model_type not in FAMILIES:
            self._check_family()

    def _check_family(self) -> None:
        try:
            verify_isolation(self, EXAMPLE, "sparse")
            verify_isolation(self, EXAMPLE, "sparse-parallel")
        except LeakError as leak:
            self._leak = f": {leak}"
            self._attentions = frozenset({"causal"})
        except Exception as error:
            family = self._model.config.model_type
            raise ModelUnavailableError(
                f"models of the family {family!r} cannot be run here ({error}): use one of "
                f"{', '.join(sorted(FAMILIES))}"
            ) from error

    @property
    def name(self) -> str:
        """What people call the model: its folder, its file, or its name on the hub."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """Names configuration, weights, tokenizer, chat template, device and attention."""
        return self._fingerprint

    @property
    def attentions(self) -> frozenset[AttentionMode]:
        """All, or "causal" alone for a model of an unknown family that leaks."""
        return self._attentions

    @property
    def memory(self) -> KVCacheMemory:
        """What is remembered of documents."""
        return self._memory

    @property
    def vocabulary(self) -> int:
        """Tokens that the model knows."""
        return int(self._model.get_input_embeddings().num_embeddings)

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
            If instructions, question and answer do not fit the window. Documents are cut to fit,
            and named in `Completion.trimmed`.
        InvalidInputError
            If the model cannot read in this way.
        """
        completions: list[Completion] = []
        for start in range(0, len(prompts), _BATCH):
            tokens = [
                self.tokenise(prompt, decoding.max_tokens)
                for prompt in prompts[start : start + _BATCH]
            ]
            written: list[list[int]] = [[] for _ in tokens]
            for step in self._write(tokens, decoding, attention):
                for ids, token in zip(written, step, strict=True):
                    if token is not None:
                        ids.append(token)
            completions += [
                completion(*one, self._words, self._stop, decoding.stop)
                for one in zip(tokens, written, strict=True)
            ]
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
        tokens = self.tokenise(prompt, decoding.max_tokens)
        steps = self._write([tokens], decoding, attention)
        written: list[int] = []

        def kept() -> Iterator[int]:
            for [token] in steps:
                if token is not None:
                    written.append(token)
                    yield token

        yield from text_pieces(kept(), self._words, decoding.stop)
        return completion(tokens, written, self._words, self._stop, decoding.stop)

    def log_likelihood(self, texts: Sequence[str]) -> list[float]:
        """Mean natural logarithm of the probability of each text's tokens; for perplexity."""
        check_many("texts", texts)
        return [mean_log_likelihood(self._model, self._words, text, self._window) for text in texts]

    def text_vectors(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """Mean of the input embeddings of each text's tokens; zeros for a text without tokens."""
        check_many("texts", texts)
        return mean_embeddings(self._model, self._words, texts)

    def tokenise(self, prompt: Prompt, max_tokens: int = 1) -> PromptTokens:
        """What the model reads of a prompt where its answer may have `max_tokens`."""
        return tokenise(prompt, self._words, self._window - max_tokens)

    def read(
        self,
        tokens: PromptTokens,
        attention: AttentionMode,
        route: Literal["served", "anew", "mask"] = "served",
    ) -> Prefill:
        """Reads a prompt and stops before the first word of the answer.

        Parameters
        ----------
        tokens
            The prompt.
        attention
            Who reads whom.
        route
            "served" as answers are made, "anew" the same without what is remembered, "mask" in one
            pass with a dense mask: the definition that the others are compared with.

        Raises
        ------
        InvalidInputError
            If the model cannot read in this way.
        """
        if attention not in self._attentions:
            raise InvalidInputError(f"this model does not read {attention!r}{self._leak}")
        positions = np.arange(len(tokens))
        if attention == "sparse-parallel":
            positions = parallel_positions(tokens.blocks)
        if attention == "causal":
            return read_at_once(self._model, tokens, positions, None)
        if route == "mask":
            return read_at_once(self._model, tokens, positions, document_mask(tokens.blocks))
        memory = self._memory if route == "served" else KVCacheMemory(0)
        return read_apart(self._model, tokens, positions, memory, self._fingerprint)

    def _write(
        self, tokens: Sequence[PromptTokens], decoding: Decoding, attention: AttentionMode
    ) -> Iterator[list[int | None]]:
        return generate(
            self._model,
            [self.read(one, attention) for one in tokens],
            [sampler(decoding, one) for one in tokens],
            [ending(decoding.stop, self._stop, self._words) for _ in tokens],
            decoding.max_tokens,
        )
