"""A tiny random page image encoder in the layout of NVIDIA's 3B model, on Eagle 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WIDTH = 32
TILE, PATCH = 32, 4  # pixels: 64 patches and 16 tokens to a tile
_SPECIAL = ("<|begin_of_text|>", "<|end_of_text|>", "<img>", "</img>", "<IMG_CONTEXT>")


def save_tiny_eagle(folder: Path, seed: int = 0) -> Path:
    """Writes SigLIP of one layer, Llama of two, and a tokenizer of bytes.

    Parameters
    ----------
    folder
        Where to.
    seed
        Of the weights.
    """
    import torch
    import transformers
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    folder.mkdir(parents=True, exist_ok=True)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: at for at, letter in enumerate(letters)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.add_special_tokens(list(_SPECIAL))
    start = inner.token_to_id(_SPECIAL[0])
    inner.post_processor = processors.TemplateProcessing(
        single=f"{_SPECIAL[0]} $A", special_tokens=[(_SPECIAL[0], start)]
    )
    inner.save(str(folder / "tokenizer.json"))
    vision: dict[str, Any] = {
        "model_type": "siglip_vision_model",
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 24,
        "image_size": TILE,
        "patch_size": PATCH,
    }
    llama: dict[str, Any] = {
        "model_type": "llama",
        "vocab_size": inner.get_vocab_size(),
        "hidden_size": WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "intermediate_size": 48,
        "max_position_embeddings": 4096,
    }
    torch.manual_seed(seed)
    seeing = transformers.SiglipVisionModel._from_config(
        transformers.SiglipVisionConfig.from_dict(vision)
    )
    telling = transformers.LlamaModel._from_config(transformers.LlamaConfig.from_dict(llama))
    weights = {
        **{f"vision_model.vision_model.{name}": one for name, one in seeing.state_dict().items()},
        **{f"language_model.model.{name}": one for name, one in telling.state_dict().items()},
        "mlp1.0.weight": torch.ones(64),
        "mlp1.0.bias": torch.zeros(64),
        "mlp1.1.weight": torch.randn(WIDTH, 64) / 8,
        "mlp1.1.bias": torch.randn(WIDTH),
        "mlp1.3.weight": torch.randn(WIDTH, WIDTH) / 8,
        "mlp1.3.bias": torch.randn(WIDTH),
    }
    # Fresh weights are so small that all tokens look alike; norms that are 1 hide their place.
    changed = {
        name: 4 * one if one.ndim >= 2 and "mlp1" not in name else one + 0.5 * torch.rand(one.shape)
        for name, one in weights.items()
    }
    kept = {name: one.contiguous() for name, one in changed.items()}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})
    config = {
        "architectures": ["llama_NemoRetrieverColEmbed"],
        "model_type": "llama_nemoretrievercolembed",
        "vision_config": vision,
        "llm_config": llama,
        "force_image_size": TILE,
        "img_context_token_id": inner.token_to_id("<IMG_CONTEXT>"),
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder
