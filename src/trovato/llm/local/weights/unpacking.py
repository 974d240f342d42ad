"""A GGUF file as a folder, which loads at once: packed numbers take long to unpack."""

from __future__ import annotations

from pathlib import Path

from trovato.llm.local.weights.loading import load_model


def unpack_gguf(file: Path, folder: Path) -> None:
    """Write a GGUF file's model as transformers does, its weights as the float32 they stand for.

    Raises
    ------
    MissingExtraError, ModelUnavailableError
        As `load_model`.
    """
    model, tokenizer = load_model(file, "cpu", "float32", "sdpa", download=False)
    # They are no longer packed, and transformers refuses to save what it takes for packed.
    model.hf_quantizer = None
    vars(model.config).pop("quantization_config", None)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
