"""What a model's configuration says about how it may be read."""

from __future__ import annotations

import inspect
from typing import Any

from trovato.core import ModelUnavailableError

# The isolation of documents in these is part of the test suite.
FAMILIES = frozenset({"llama", "mistral", "qwen2", "qwen3"})


def window_of(config: Any) -> int:
    """How many tokens, read and written, a model can hold so that every token can see the first.

    Within a sliding window attention is as if there were none, and beyond it a question could not
    read its first documents: so the window is the limit. Positions that are scaled by how much was
    read are the same for all only within the length that the model was made for.

    Raises
    ------
    ModelUnavailableError
        If the model has layers without keys and values for each token.
    """
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    foreign = kinds - {"full_attention", "sliding_attention"}
    if foreign:
        raise ModelUnavailableError(
            f"this model has layers of the kind {', '.join(sorted(foreign))}, which do not keep "
            "documents apart: use a model with full or sliding attention"
        )
    window: int = config.max_position_embeddings
    sliding = getattr(config, "sliding_window", None)
    slides = "sliding_attention" in kinds or not getattr(config, "layer_types", None)
    if sliding and slides and getattr(config, "use_sliding_window", True):
        window = min(window, sliding)
    rope = getattr(config, "rope_parameters", None) or {}
    if rope.get("rope_type") in {"dynamic", "longrope"}:
        window = min(window, rope.get("original_max_position_embeddings") or window)
    return window


def cache_argument(model: Any) -> str:
    """What a model's `forward` calls the cache of what stands before: its name has changed."""
    # transformers 5.24 renamed it, and the old name goes in 5.40.
    return "cache" if "cache" in inspect.signature(model.forward).parameters else "past_key_values"


def stop_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """Tokens that end a sequence, wherever they are declared."""
    found: set[int] = set()
    for said in (
        model.generation_config.eos_token_id if model.generation_config else None,
        getattr(model.config.get_text_config(), "eos_token_id", None),
        tokenizer.eos_token_id,
    ):
        found.update([said] if isinstance(said, int) else said or [])
    return frozenset(found)
