"""A tiny random CLIP or SigLIP, in the layout that transformers saves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

WORDS = ("a", "red", "green", "dress", "circle", "but", "without", "sleeves")


def save_tiny_clip(folder: Path, kind: Literal["clip", "siglip"] = "clip", seed: int = 0) -> Path:
    """Writes a model of 2 layers and 32 dimensions, its processor and tokenizer.

    Pictures are 32 × 32 with patches of 8, texts at most 16 tokens.
    """
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<p>", "unk_token": "<u>"}
    vocabulary = {token: place for place, token in enumerate((*special.values(), *WORDS))}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<u>"))  # noqa: S106
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    transformers.PreTrainedTokenizerFast(tokenizer_object=inner, **special).save_pretrained(folder)
    sizes: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
    }
    text = {
        **sizes,
        "vocab_size": len(vocabulary),
        "max_position_embeddings": 16,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 2,
    }
    vision = {**sizes, "image_size": 32, "patch_size": 8}
    torch.manual_seed(seed)
    if kind == "clip":
        config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)
        transformers.CLIPModel(config).save_pretrained(folder)
    else:
        config = transformers.SiglipConfig(text_config=text, vision_config=vision)
        transformers.SiglipModel(config).save_pretrained(folder)
    settings = {
        "do_resize": True,
        "size": {"shortest_edge": 32} if kind == "clip" else {"height": 32, "width": 32},
        "do_center_crop": kind == "clip",
        "crop_size": {"height": 32, "width": 32},
        "resample": 3,
        "do_rescale": True,
        "do_normalize": True,
        "image_mean": [0.48, 0.46, 0.41],
        "image_std": [0.27, 0.26, 0.28],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings), "utf-8")
    return folder
